namespace DriverSdk.Hardware.Mmio;

/// <summary>A register whose fields the device keeps one by one.</summary>
/// <typeparam name="TDevice">The device type.</typeparam>
internal sealed class FieldRegister<TDevice>(RegisterPlace place, IReadOnlyList<FieldCallbacks<TDevice>> callbacks)
    : Register<TDevice>(place, [.. callbacks.Select(field => field.Field)])
    where TDevice : class
{
    private readonly FieldCallbacks<TDevice>[] _callbacks = [.. callbacks];

    public override ulong Read(TDevice device, int index)
    {
        var value = 0UL;
        foreach (var callback in _callbacks)
        {
            if (callback.Get is { } get)
                value |= (get(device) & callback.Field.LowMask) << callback.Field.FirstBit;
        }

        return value;
    }

    public override void Write(TDevice device, int index, ulong value, ulong lanes)
    {
        foreach (var callback in _callbacks)
        {
            var touched = callback.Field.Mask & lanes;
            if (touched != 0 && callback.Set is not null)
                WriteField(device, callback, value & touched, touched);
        }
    }

    private static void WriteField(TDevice device, in FieldCallbacks<TDevice> callback, ulong written, ulong touched)
    {
        var field = callback.Field;
        var bits = field.Extract(written);
        switch (field.Access)
        {
            case FieldAccess.WriteOneToClear or FieldAccess.WriteOneToSet when bits == 0:
                return;
            case FieldAccess.ReadWrite when touched != field.Mask:
                // A narrow access reaches only some of the field's bits: the others keep their value.
                bits |= callback.Get!(device) & field.Extract(~touched);
                break;
        }

        callback.Set!(device, bits);
    }
}
