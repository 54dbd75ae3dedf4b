using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Pci;

/// <summary>Makes a function look like PCI Express, and resets it when software asks.</summary>
internal sealed class PciExpressCapability(PciFunction function, ushort portType) : Capability
{
    public override PciCapabilityId Id => PciCapabilityId.PciExpress;

    public override int LengthBytes => PciExpressLayout.LengthBytes;

    private bool CanReset => portType == PciExpressLayout.TypeEndpoint;

    public override void Written()
    {
        var control = Config.Read16(Offset + PciExpressLayout.DeviceControl);
        if ((control & PciExpressLayout.InitiateFunctionLevelReset) != 0)
            function.ResetFunction();
    }

    protected override void Define()
    {
        Config.Define(Offset + PciExpressLayout.Flags, (uint)(PciExpressLayout.Version | (portType << PciExpressLayout.TypeShift)), AccessWidth.Word);
        var capabilities = PciExpressLayout.RoleBasedErrors | (CanReset ? PciExpressLayout.FunctionLevelReset : 0);
        Config.Define(Offset + PciExpressLayout.DeviceCapabilities, capabilities, AccessWidth.DoubleWord);
        var stored = PciExpressLayout.DeviceControlStored | (CanReset ? PciExpressLayout.InitiateFunctionLevelReset : 0);
        Config.AllowWrite(Offset + PciExpressLayout.DeviceControl, (uint)stored, AccessWidth.Word);
    }
}
