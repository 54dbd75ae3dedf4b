namespace DriverSdk.Hardware.Mmio;

/// <summary>A field, and how the device gives and takes its value (unshifted).</summary>
/// <typeparam name="TDevice">The device type.</typeparam>
internal readonly record struct FieldCallbacks<TDevice>(RegisterField Field, Func<TDevice, ulong>? Get, Action<TDevice, ulong>? Set)
    where TDevice : class;
