using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>A call that frees memory while a mapping of it is live.</summary>
internal sealed record FreedWhileMapped(IOperation Free, IMethodSymbol FreeMethod, IOperation Mapping, IMethodSymbol MappingMethod);
