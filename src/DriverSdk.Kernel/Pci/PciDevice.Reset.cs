using System.Runtime.CompilerServices;
using DriverSdk.Contract.Pci;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Pci;

/// <content>Function-level reset.</content>
public sealed partial class PciDevice
{
    /// <summary>Resets the function, and gives it its addresses and command bits back. Linux: <c>pci_reset_function()</c>.</summary>
    /// <remarks>While it is reset the IOMMU refuses its requests, so that what was under way cannot end in memory that is mapped for it. Free its interrupt vectors first.</remarks>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>EOPNOTSUPP when the function cannot be reset on its own, EBUSY while it has interrupt vectors.</returns>
    [MaySleep]
    public Errno ResetFunction([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check("PciDevice.ResetFunction", file, line);
        if (!_config.TryFindCapability(PciCapabilityId.PciExpress, out var capability)
            || (_config.Read32(capability + PciExpressLayout.DeviceCapabilities) & PciExpressLayout.FunctionLevelReset) == 0)
            return Errno.NotSupported;
        if (IrqVectorCount != 0)
            return Errno.Busy;
        var command = _config.Read16(PciHeader.Command);
        Span<uint> bars = stackalloc uint[PciHeader.EndpointBarCount];
        for (var index = 0; index < bars.Length; index++)
            bars[index] = _config.Read32(BarOffset(index));

        Kernel.Iommu.Block(Location);
        var control = _config.Read16(capability + PciExpressLayout.DeviceControl);
        _config.Write16(capability + PciExpressLayout.DeviceControl, (ushort)(control | PciExpressLayout.InitiateFunctionLevelReset));
        var result = Kernel.Iommu.Unblock(Location);

        for (var index = 0; index < bars.Length; index++)
            _config.Write32(BarOffset(index), bars[index]);
        _config.Write16(PciHeader.Command, command);
        return result;
    }

    private static int BarOffset(int index) => PciHeader.Bar0 + (index * sizeof(uint));
}
