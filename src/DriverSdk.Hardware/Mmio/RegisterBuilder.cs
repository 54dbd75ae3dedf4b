namespace DriverSdk.Hardware.Mmio;

/// <summary>Declares what one register holds: one value, or fields, or one value whose bits are named by fields.</summary>
/// <remarks>
/// <see cref="Value"/> makes the device keep the register as one number; fields declared beside it carry no callbacks and say which bits are writable and what they are called.
/// Without <see cref="Value"/>, each field brings its own callbacks. Either way every bit is declared, with <see cref="Reserved"/> where there is nothing. Bit ranges are
/// half-open: <c>4..7</c> is bits 4, 5 and 6. Callbacks receive the device, so the map is static and shared.
/// </remarks>
/// <typeparam name="TDevice">The device type whose state the register shows.</typeparam>
public sealed class RegisterBuilder<TDevice>
    where TDevice : class
{
    private readonly RegisterPlace _place;
    private readonly FieldList<TDevice> _fields;
    private Func<TDevice, ulong>? _get;
    private Action<TDevice, ulong>? _set;

    internal RegisterBuilder(RegisterPlace place)
    {
        _place = place;
        _fields = new FieldList<TDevice>(place);
    }

    /// <summary>Makes the device keep the register as one value.</summary>
    /// <param name="get">Gives the value; without it reads give zero.</param>
    /// <param name="set">Takes the value after the write: read-only and reserved bits unchanged, write-one bits already applied. Without it writes are ignored.</param>
    /// <returns>This builder.</returns>
    public RegisterBuilder<TDevice> Value(Func<TDevice, ulong>? get = null, Action<TDevice, ulong>? set = null)
    {
        RequireNoValue();
        if (get is null && set is null)
            throw new ArgumentException($"Register {_place.Name} was given a Value without get and set; give at least one.");
        _get = get;
        _set = set;
        return this;
    }

    /// <summary>Makes the register a read-only number, such as a version.</summary>
    /// <param name="value">What reads give.</param>
    /// <returns>This builder.</returns>
    public RegisterBuilder<TDevice> Constant(ulong value) => Value(get: _ => value);

    /// <summary>Declares a field of one bit.</summary>
    /// <param name="bit">The bit, 0 to the register's width less one.</param>
    /// <param name="name">Name in dumps and traces, unique in the register.</param>
    /// <param name="access">What software may do with it; by default what the callbacks allow.</param>
    /// <param name="get">Gives the bit.</param>
    /// <param name="set">Takes the bit; for write-one kinds it is called only when a one is written.</param>
    /// <returns>This builder.</returns>
    public RegisterBuilder<TDevice> Flag(
        int bit, string name, FieldAccess? access = null, Func<TDevice, bool>? get = null, Action<TDevice, bool>? set = null)
    {
        Func<TDevice, ulong>? getBits = get is null ? null : device => get(device) ? 1UL : 0UL;
        Action<TDevice, ulong>? setBits = set is null ? null : (device, bits) => set(device, bits != 0);
        return Field(bit..(bit + 1), name, access, getBits, setBits);
    }

    /// <summary>Declares a field of several bits.</summary>
    /// <param name="bits">The bits, half-open.</param>
    /// <param name="name">Name in dumps and traces, unique in the register.</param>
    /// <param name="access">What software may do with it; by default what its callbacks allow, or those of the register's <see cref="Value"/>.</param>
    /// <param name="get">Gives the field's value, shifted down to bit 0.</param>
    /// <param name="set">Takes the field's value, shifted down to bit 0; for write-one kinds the bits written as one, and only if there are any.</param>
    /// <returns>This builder.</returns>
    public RegisterBuilder<TDevice> Field(
        Range bits, string name, FieldAccess? access = null, Func<TDevice, ulong>? get = null, Action<TDevice, ulong>? set = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _fields.Add(name, bits, access, get, set);
        return this;
    }

    /// <summary>Declares bits that read zero and ignore writes.</summary>
    /// <param name="bits">The bits, half-open.</param>
    /// <returns>This builder.</returns>
    public RegisterBuilder<TDevice> Reserved(Range bits)
    {
        _fields.Add(string.Empty, bits, FieldAccess.Reserved);
        return this;
    }

    internal Register<TDevice> Build()
    {
        var hasValue = _get is not null || _set is not null;
        if (!hasValue && _fields.IsEmpty)
            throw new ArgumentException($"Register {_place.Name} declares nothing; give it a Value, a Constant, fields, or Reserved bits.");
        if (hasValue && _fields.HasCallbacks)
            throw new ArgumentException($"Register {_place.Name} has a Value and a field with callbacks; keep the callbacks in one of the two places.");
        if (!hasValue)
        {
            _fields.RequireCallbacks();
            return new FieldRegister<TDevice>(_place, _fields.Complete());
        }

        return new ValueRegister<TDevice>(_place, _fields.CompleteForValue(_get, _set), _get, _set);
    }

    private void RequireNoValue()
    {
        if (_get is not null || _set is not null)
            throw new ArgumentException($"Register {_place.Name} was given two values; one Value or Constant is enough.");
    }
}
