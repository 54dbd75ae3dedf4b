namespace DriverSdk.Hardware.Mmio;

/// <summary>An array of equal registers, each kept by the device as one value.</summary>
/// <typeparam name="TDevice">The device type.</typeparam>
internal sealed class IndexedRegister<TDevice>(
    RegisterPlace place, IReadOnlyList<RegisterField> fields, Func<TDevice, int, ulong>? get, Action<TDevice, int, ulong>? set) : Register<TDevice>(place, fields)
    where TDevice : class
{
    public override ulong Read(TDevice device, int index) => get is null ? 0 : get(device, index) & Masks.Readable;

    public override void Write(TDevice device, int index, ulong value, ulong lanes)
    {
        if (set is null || (lanes & Masks.Writable) == 0)
            return;
        set(device, index, Masks.Merge(Read(device, index), value, lanes));
    }
}
