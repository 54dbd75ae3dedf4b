using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Registers;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Hardware.Boards;

/// <summary>One remapping unit of a board: where its registers lie, and whose requests it gets.</summary>
/// <param name="Registers">A free page of the address space.</param>
/// <param name="Options">What the unit can do.</param>
internal sealed record BoardUnit(PhysAddr Registers, RemappingUnitOptions Options)
{
    private static readonly PhysAddr FirstRegisters = new(0xFED9_0000);

    /// <summary>The functions whose requests it gets, a bridge standing for all behind it; empty for the unit that gets what no other unit does.</summary>
    public IReadOnlyList<PciFunction> Scope { get; init; } = [];

    /// <summary>Whether it gets what no other unit does.</summary>
    public bool IncludesAll => Scope.Count == 0;

    /// <summary>Where a q35 board has the registers of its units: one page each, from 0xFED90000 up.</summary>
    /// <param name="index">0 for the unit that includes all.</param>
    public static PhysAddr RegistersOf(int index) => FirstRegisters + ((ulong)index * RegisterOffsets.PageBytes);

    /// <summary>The only unit of a board, for all functions.</summary>
    public static IReadOnlyList<BoardUnit> Only(RemappingUnitOptions options) => [new BoardUnit(FirstRegisters, options)];
}
