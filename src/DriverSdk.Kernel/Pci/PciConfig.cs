using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Kernel.Pci;

/// <summary>One function's configuration space, reached through the memory window (ECAM).</summary>
internal readonly struct PciConfig(ICpuBus bus, AddressRange<PhysAddr> window, Bdf function)
{
    private readonly PhysAddr _start = window.Start + ConfigAddress.WindowOffset(function);

    public byte Read8(int offset) => (byte)bus.ReadMmio(_start + (ulong)offset, AccessWidth.Byte);

    public ushort Read16(int offset) => (ushort)bus.ReadMmio(_start + (ulong)offset, AccessWidth.Word);

    public uint Read32(int offset) => (uint)bus.ReadMmio(_start + (ulong)offset, AccessWidth.DoubleWord);

    public void Write8(int offset, byte value) => bus.WriteMmio(_start + (ulong)offset, value, AccessWidth.Byte);

    public void Write16(int offset, ushort value) => bus.WriteMmio(_start + (ulong)offset, value, AccessWidth.Word);

    public void Write32(int offset, uint value) => bus.WriteMmio(_start + (ulong)offset, value, AccessWidth.DoubleWord);

    /// <summary>Sets and clears bits of the command register.</summary>
    public void UpdateCommand(PciCommand set, PciCommand clear)
    {
        var command = (PciCommand)Read16(PciHeader.Command);
        Write16(PciHeader.Command, (ushort)((command & ~clear) | set));
    }

    /// <summary>Walks the capability list; at most as many steps as there can be capabilities, so that a malformed list ends too.</summary>
    public bool TryFindCapability(PciCapabilityId id, out int offset)
    {
        offset = 0;
        if (((PciStatus)Read16(PciHeader.Status) & PciStatus.CapabilityList) == 0)
            return false;
        int next = Read8(PciHeader.CapabilityPointer) & ~3;
        for (var steps = (PciHeader.ConventionalBytes - PciHeader.FirstCapability) / 4; steps > 0 && next >= PciHeader.FirstCapability; steps--)
        {
            if (Read8(next) == (byte)id)
            {
                offset = next;
                return true;
            }

            next = Read8(next + 1) & ~3;
        }

        return false;
    }

    /// <summary>Switches on what keeps the functions below a port apart (ACS); false where it has no such services. Linux: <c>pci_enable_acs()</c>.</summary>
    public bool TryIsolate()
    {
        int next = PciAccessControlLayout.FirstExtended;
        for (var steps = (PciHeader.ExtendedBytes - next) / sizeof(ulong); steps > 0 && next >= PciAccessControlLayout.FirstExtended; steps--)
        {
            var header = Read32(next);
            if ((ushort)header == PciAccessControlLayout.ExtendedId)
            {
                var offered = (ushort)(Read16(next + PciAccessControlLayout.Capability) & PciAccessControlLayout.Isolation);
                Write16(next + PciAccessControlLayout.Control, offered);
                return offered == PciAccessControlLayout.Isolation;
            }

            next = (int)(header >> PciAccessControlLayout.NextShift) & ~3;
        }

        return false;
    }
}
