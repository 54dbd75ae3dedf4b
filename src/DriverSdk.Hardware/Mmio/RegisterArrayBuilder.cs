namespace DriverSdk.Hardware.Mmio;

/// <summary>Declares what each register of an array holds; callbacks receive the element's index.</summary>
/// <typeparam name="TDevice">The device type whose state the registers show.</typeparam>
public sealed class RegisterArrayBuilder<TDevice>
    where TDevice : class
{
    private readonly RegisterPlace _place;
    private readonly FieldList<TDevice> _fields;
    private Func<TDevice, int, ulong>? _get;
    private Action<TDevice, int, ulong>? _set;

    internal RegisterArrayBuilder(RegisterPlace place)
    {
        _place = place;
        _fields = new FieldList<TDevice>(place);
    }

    /// <summary>How the device gives and takes an element's value; required once.</summary>
    /// <param name="get">Gives element <c>i</c>; without it reads give zero.</param>
    /// <param name="set">Takes element <c>i</c> after the write. Without it writes are ignored.</param>
    /// <returns>This builder.</returns>
    public RegisterArrayBuilder<TDevice> Value(Func<TDevice, int, ulong>? get = null, Action<TDevice, int, ulong>? set = null)
    {
        if (_get is not null || _set is not null || (get is null && set is null))
            throw new ArgumentException($"Array {_place.Name} needs exactly one Value with a get, a set, or both.");
        _get = get;
        _set = set;
        return this;
    }

    /// <summary>Names and guards some bits of each element.</summary>
    /// <param name="bits">The bits, half-open.</param>
    /// <param name="name">Name in dumps and traces.</param>
    /// <param name="access">What software may do with it; by default what the array's <see cref="Value"/> allows.</param>
    /// <returns>This builder.</returns>
    public RegisterArrayBuilder<TDevice> Field(Range bits, string name, FieldAccess? access = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _fields.Add(name, bits, access);
        return this;
    }

    /// <summary>Declares bits that read zero and ignore writes.</summary>
    /// <param name="bits">The bits, half-open.</param>
    /// <returns>This builder.</returns>
    public RegisterArrayBuilder<TDevice> Reserved(Range bits)
    {
        _fields.Add(string.Empty, bits, FieldAccess.Reserved);
        return this;
    }

    internal Register<TDevice> Build()
    {
        if (_get is null && _set is null)
            throw new ArgumentException($"Array {_place.Name} declares no Value; give it a get, a set, or both.");
        return new IndexedRegister<TDevice>(_place, _fields.CompleteForValue(_get, _set), _get, _set);
    }
}
