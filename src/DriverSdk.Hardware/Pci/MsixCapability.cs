using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Pci;

/// <summary>MSI-X: the control register; table and pending bits lie in a BAR.</summary>
internal sealed class MsixCapability(PciEndpoint endpoint, MsixTable table, int barIndex) : Capability
{
    public override PciCapabilityId Id => PciCapabilityId.Msix;

    public override int LengthBytes => MsixLayout.LengthBytes;

    public bool IsEnabled => (Config.Read16(Offset + MsixLayout.Control) & MsixLayout.Enable) != 0;

    /// <summary>Sends a vector, or marks it pending while it or the function is masked.</summary>
    public void Send(int vector) => table.Send(vector);

    public override void Written()
    {
        var control = Config.Read16(Offset + MsixLayout.Control);
        var isOpen = (control & (MsixLayout.Enable | MsixLayout.FunctionMask)) == MsixLayout.Enable;
        endpoint.OnInterruptKindChanged();
        table.SetGate(isOpen ? MsixGate.Open : MsixGate.Closed);
    }

    public override void Reset() => table.Reset();

    protected override void Define()
    {
        Config.Define(Offset + MsixLayout.Control, (uint)(table.VectorCount - 1) & MsixLayout.SizeMask, AccessWidth.Word);
        Config.AllowWrite(Offset + MsixLayout.Control, MsixLayout.Enable | MsixLayout.FunctionMask, AccessWidth.Word);
        Config.Define(Offset + MsixLayout.Table, (uint)barIndex, AccessWidth.DoubleWord);
        Config.Define(Offset + MsixLayout.PendingBits, table.PendingOffset | (uint)barIndex, AccessWidth.DoubleWord);
    }
}
