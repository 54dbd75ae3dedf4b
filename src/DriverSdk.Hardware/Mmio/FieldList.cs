namespace DriverSdk.Hardware.Mmio;

/// <summary>The fields of one register while they are being declared, and what must be true of them together.</summary>
internal sealed class FieldList<TDevice>(RegisterPlace place)
    where TDevice : class
{
    private readonly List<FieldCallbacks<TDevice>> _fields = [];
    private readonly HashSet<int> _withoutAccess = [];

    private int BitCount => (int)place.Width * 8;

    public bool IsEmpty => _fields.Count == 0;

    /// <summary>Whether a field that is not reserved brings its own callbacks.</summary>
    public bool HasCallbacks => _fields.Exists(declared => declared.Get is not null || declared.Set is not null);

    /// <summary>What callbacks allow when nothing else is said.</summary>
    public static FieldAccess Implied(Delegate? get, Delegate? set) => (get, set) switch
    {
        (not null, null) => FieldAccess.ReadOnly,
        (null, not null) => FieldAccess.WriteOnly,
        _ => FieldAccess.ReadWrite,
    };

    /// <summary>Adds a field after checking that it lies in the register and is new. Without an access kind and callbacks it gets the register's.</summary>
    public void Add(string name, Range bits, FieldAccess? access, Func<TDevice, ulong>? get = null, Action<TDevice, ulong>? set = null)
    {
        var (first, end) = Bounds(name, bits);
        var field = new RegisterField(name, first, end - first, access ?? Implied(get, set));
        if (access is null && get is null && set is null)
            _withoutAccess.Add(first);
        foreach (var (other, _, _) in _fields)
        {
            if ((other.Mask & field.Mask) != 0)
                throw new ArgumentException($"{Title(field)} overlaps {Title(other)}; give each bit to one field.", nameof(bits));
            if (name.Length != 0 && other.Name == name)
                throw new ArgumentException($"Register {place.Name} has two fields named '{name}'; rename one.", nameof(name));
        }

        _fields.Add(new FieldCallbacks<TDevice>(field, get, set));
    }

    /// <summary>The fields of a register that is kept as one value, checked against what its callbacks allow.</summary>
    public IReadOnlyList<RegisterField> CompleteForValue(Delegate? get, Delegate? set)
    {
        var implied = Implied(get, set);
        if (IsEmpty)
            Add(string.Empty, .., implied);
        var fields = new List<RegisterField>();
        foreach (var (declared, _, _) in Complete())
        {
            var field = _withoutAccess.Contains(declared.FirstBit) ? declared with { Access = implied } : declared;
            if ((NeedsGet(field) && get is null) || (NeedsSet(field) && set is null))
            {
                var missing = get is null ? "get" : "set";
                throw new ArgumentException($"{Title(field)} is {field.Access}, but the register's Value has no {missing}; add it or change the access kind.");
            }

            fields.Add(field);
        }

        return fields;
    }

    /// <summary>All fields from bit 0 up; throws when a bit belongs to none.</summary>
    public IReadOnlyList<FieldCallbacks<TDevice>> Complete()
    {
        _fields.Sort((left, right) => left.Field.FirstBit.CompareTo(right.Field.FirstBit));
        var next = 0;
        foreach (var (field, _, _) in _fields)
        {
            RequireNoHole(next, field.FirstBit);
            next = field.FirstBit + field.BitCount;
        }

        RequireNoHole(next, BitCount);
        return _fields;
    }

    /// <summary>Throws unless each field has the callbacks that its access kind needs.</summary>
    public void RequireCallbacks()
    {
        foreach (var (field, get, set) in _fields)
        {
            if ((get is not null) != NeedsGet(field) || (set is not null) != NeedsSet(field))
            {
                var needed = $"{(NeedsGet(field) ? "a" : "no")} get and {(NeedsSet(field) ? "a" : "no")} set callback";
                throw new ArgumentException($"{Title(field)} is {field.Access}: it needs {needed}, or the register needs one Value for all its fields.");
            }
        }
    }

    private static bool NeedsGet(RegisterField field) => field.Access is not (FieldAccess.WriteOnly or FieldAccess.Reserved);

    private static bool NeedsSet(RegisterField field) => field.Access is not (FieldAccess.ReadOnly or FieldAccess.Reserved);

    private (int First, int End) Bounds(string name, Range bits)
    {
        var first = bits.Start.GetOffset(BitCount);
        var end = bits.End.GetOffset(BitCount);
        if (first < 0 || first >= end || end > BitCount)
            throw new ArgumentOutOfRangeException(nameof(bits),
                $"Field '{name}' of {place.Name} was given bits {bits}; the register has {BitCount} bits, so give a range first..end with 0 <= first < end <= {BitCount}.");
        return (first, end);
    }

    private void RequireNoHole(int first, int end)
    {
        if (first < end)
            throw new ArgumentException(
                $"Bits {first}..{end} of register {place.Name} ({(int)place.Width * 8} bits) belong to no field; declare them, for example .Reserved({first}..{end}).");
    }

    private string Title(RegisterField field)
    {
        var name = field.Name.Length == 0 ? "(reserved)" : field.Name;
        return $"Field {place.Name}.{name} (bits {field.FirstBit}..{field.FirstBit + field.BitCount})";
    }
}
