using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Mmio;

/// <summary>Where a register or an array of registers lies.</summary>
/// <param name="Offset">Offset of the first byte.</param>
/// <param name="Name">Name, such as <c>CC</c>.</param>
/// <param name="Width">Width of one element.</param>
/// <param name="Count">Elements; 1 for a plain register.</param>
/// <param name="StrideBytes">Distance of two elements, in bytes.</param>
internal readonly record struct RegisterPlace(int Offset, string Name, AccessWidth Width, int Count, int StrideBytes)
{
    /// <summary>One past the last byte.</summary>
    public int End => Offset + ((Count - 1) * StrideBytes) + (int)Width;

    /// <summary>Name of one element: <c>CC</c>, or <c>SQTDBL[3]</c> in an array.</summary>
    public string NameOf(int index) => Count == 1 ? Name : $"{Name}[{index}]";

    /// <summary>Offset of one element.</summary>
    public int OffsetOf(int index) => Offset + (index * StrideBytes);
}
