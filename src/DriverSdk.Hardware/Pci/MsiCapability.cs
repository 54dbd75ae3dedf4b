using System.Numerics;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Dma;

namespace DriverSdk.Hardware.Pci;

/// <summary>MSI: one address for all vectors, consecutive data, and where the device has masking a mask and a pending bit for each.</summary>
internal sealed class MsiCapability(PciEndpoint endpoint, DmaPort port, int vectorCount, MsiMasking masking) : Capability
{
    private readonly Lock _lock = new();

    public override PciCapabilityId Id => PciCapabilityId.Msi;

    public override int LengthBytes => HasMasks ? MsiLayout.LengthBytes : MsiLayout.UnmaskedLengthBytes;

    public bool IsEnabled => (Config.Read16(Offset + MsiLayout.Control) & MsiLayout.Enable) != 0;

    private bool HasMasks => masking == MsiMasking.PerVector;

    /// <summary>Sends a vector, or marks it pending while it is masked. Vectors that software did not grant share those it did.</summary>
    public void Send(int vector)
    {
        lock (_lock)
        {
            var granted = GrantedVectors();
            vector %= granted;
            if (HasMasks && (Config.Read32(Offset + MsiLayout.Mask) & (1U << vector)) != 0)
            {
                SetPending(Config.Read32(Offset + MsiLayout.Pending) | (1U << vector));
                return;
            }
        }

        SendNow(vector);
    }

    public override void Written()
    {
        endpoint.OnInterruptKindChanged();
        while (HasMasks && TryTakePending(out var vector))
            SendNow(vector);
    }

    protected override void Define()
    {
        var capable = (uint)BitOperations.Log2((uint)vectorCount) << MsiLayout.CapableShift;
        Config.Define(Offset + MsiLayout.Control, capable | MsiLayout.Address64 | (HasMasks ? MsiLayout.PerVectorMasking : 0u), AccessWidth.Word);
        Config.AllowWrite(Offset + MsiLayout.Control, MsiLayout.Enable | MsiLayout.EnabledMask, AccessWidth.Word);
        Config.AllowWrite(Offset + MsiLayout.AddressLow, ~3u, AccessWidth.DoubleWord);
        Config.AllowWrite(Offset + MsiLayout.AddressHigh, uint.MaxValue, AccessWidth.DoubleWord);
        Config.AllowWrite(Offset + MsiLayout.Data, ushort.MaxValue, AccessWidth.Word);
        if (HasMasks)
            Config.AllowWrite(Offset + MsiLayout.Mask, (uint)((1UL << vectorCount) - 1), AccessWidth.DoubleWord);
    }

    private int GrantedVectors()
    {
        var log = (Config.Read16(Offset + MsiLayout.Control) & MsiLayout.EnabledMask) >> MsiLayout.EnabledShift;
        return Math.Min(1 << Math.Min(log, 5), vectorCount);
    }

    private bool TryTakePending(out int vector)
    {
        vector = 0;
        lock (_lock)
        {
            var pending = Config.Read32(Offset + MsiLayout.Pending);
            var due = pending & ~Config.Read32(Offset + MsiLayout.Mask);
            if (due == 0 || !IsEnabled)
                return false;
            vector = BitOperations.TrailingZeroCount(due);
            SetPending(pending & ~(1U << vector));
            return true;
        }
    }

    private void SendNow(int vector)
    {
        var address = ((ulong)Config.Read32(Offset + MsiLayout.AddressHigh) << 32) | Config.Read32(Offset + MsiLayout.AddressLow);
        var data = Config.Read16(Offset + MsiLayout.Data) & ~(uint)(GrantedVectors() - 1);
        MessageSender.Send(port, address, data | (uint)vector);
    }

    private void SetPending(uint bits) => Config.Set(Offset + MsiLayout.Pending, bits, AccessWidth.DoubleWord);
}
