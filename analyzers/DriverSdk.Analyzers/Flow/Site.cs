using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>An acquisition in the source.</summary>
/// <remarks>
/// Each has two slots, the value acquired last and an older one from an earlier round of a loop; two are enough to tell "the last one is unmapped and the
/// one before was lost" from "all are unmapped".
/// </remarks>
internal sealed class Site(int index, SiteKind kind, IOperation? acquisition, IMethodSymbol? method)
{
    public SiteKind Kind => kind;

    /// <summary>The call; absent for parameters.</summary>
    public IOperation? Acquisition => acquisition;

    /// <summary>The method called.</summary>
    public IMethodSymbol? Method => method;

    public int Recent => index * 2;

    public int Older => (index * 2) + 1;
}
