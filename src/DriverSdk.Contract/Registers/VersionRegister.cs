using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.Registers;

/// <summary>VER: the architecture version. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct VersionRegister(uint Value)
{
    /// <summary>Major version, bits 7:4.</summary>
    public int Major { get => (int)Bits.Get(Value, 4, 4); init => Value = (uint)Bits.With(Value, 4, 4, (ulong)value); }

    /// <summary>Minor version, bits 3:0.</summary>
    public int Minor { get => (int)Bits.Get(Value, 0, 4); init => Value = (uint)Bits.With(Value, 0, 4, (ulong)value); }
}
