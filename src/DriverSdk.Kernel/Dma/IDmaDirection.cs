using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Dma;

/// <summary>A direction as a type: <see cref="ToDevice"/>, <see cref="FromDevice"/> or <see cref="Bidirectional"/>, so that a loan says which way its data flows.</summary>
[AnyContext]
public interface IDmaDirection
{
    /// <summary>The same direction as a value.</summary>
    static abstract DmaDirection Direction { get; }
}
