namespace DriverSdk.Hardware.Mmio;

/// <summary>A register that the device keeps as one value; fields name and guard its bits.</summary>
/// <typeparam name="TDevice">The device type.</typeparam>
internal sealed class ValueRegister<TDevice>(
    RegisterPlace place, IReadOnlyList<RegisterField> fields, Func<TDevice, ulong>? get, Action<TDevice, ulong>? set) : Register<TDevice>(place, fields)
    where TDevice : class
{
    public override ulong Read(TDevice device, int index) => get is null ? 0 : get(device) & Masks.Readable;

    public override void Write(TDevice device, int index, ulong value, ulong lanes)
    {
        if (set is null || (lanes & Masks.Writable) == 0)
            return;
        set(device, Masks.Merge(Read(device, index), value, lanes));
    }
}
