namespace DriverSdk.Hardware.Mmio;

/// <summary>Which register each byte belongs to; made once, it is what makes a lookup one array access.</summary>
/// <typeparam name="TDevice">The device type.</typeparam>
internal sealed class RegisterLayout<TDevice>
    where TDevice : class
{
    /// <summary>The largest map, in bytes: the table has an entry for each byte or register.</summary>
    public const int MaxBytes = 1 << 20;

    private const ushort Undeclared = ushort.MaxValue;
    private const ushort Gap = ushort.MaxValue - 1;

    private readonly ushort[] _owners;
    private readonly Register<TDevice>[] _registers;

    private RegisterLayout(Register<TDevice>[] registers, int lengthBytes)
    {
        _registers = registers;
        _owners = new ushort[lengthBytes];
        System.Array.Fill(_owners, Undeclared);
    }

    /// <summary>All registers by offset.</summary>
    public IReadOnlyList<Register<TDevice>> Registers => _registers;

    /// <summary>Bytes declared.</summary>
    public int LengthBytes => _owners.Length;

    /// <summary>Checks a declaration and lays it out.</summary>
    public static RegisterLayout<TDevice> Check(IReadOnlyList<Register<TDevice>> registers, IReadOnlyList<Range> gaps)
    {
        var device = typeof(TDevice).Name;
        if (registers.Count == 0)
            throw new InvalidOperationException($"The register map of {device} declares no register; declare at least one.");
        if (registers.GroupBy(register => register.Place.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidOperationException($"The register map of {device} has two registers named {twice.Key}; rename one.");

        var sorted = registers.OrderBy(register => register.Place.Offset).ToArray();
        var lengthBytes = Math.Max(sorted.Max(register => register.Place.End), gaps.Select(gap => gap.End.Value).DefaultIfEmpty().Max());
        var layout = new RegisterLayout<TDevice>(sorted, lengthBytes);
        for (ushort owner = 0; owner < sorted.Length; owner++)
            layout.ClaimElements(owner);
        foreach (var gap in gaps)
            layout.Claim(gap.Start.Value, gap.End.Value, Gap);
        layout.DeclareStrides();
        layout.RequireNoHole();
        return layout;
    }

    /// <summary>The register at <paramref name="offset"/>, or null in a gap and past the end.</summary>
    public Register<TDevice>? Find(ulong offset)
    {
        if (offset >= (ulong)_owners.Length)
            return null;
        var owner = _owners[offset];
        return owner < _registers.Length ? _registers[owner] : null;
    }

    private void ClaimElements(ushort owner)
    {
        var place = _registers[owner].Place;
        for (var index = 0; index < place.Count; index++)
            Claim(place.OffsetOf(index), place.OffsetOf(index) + (int)place.Width, owner);
    }

    private void Claim(int start, int end, ushort owner)
    {
        for (var offset = start; offset < end; offset++)
        {
            if (_owners[offset] != Undeclared)
                throw new InvalidOperationException(
                    $"In the register map of {typeof(TDevice).Name}, {Name(owner, offset)} overlaps {Name(_owners[offset], offset)} at 0x{offset:x}; move or shorten one.");
            _owners[offset] = owner;
        }
    }

    private void DeclareStrides()
    {
        foreach (var register in _registers)
        {
            for (var offset = register.Place.Offset; offset < register.Place.End; offset++)
            {
                if (_owners[offset] == Undeclared)
                    _owners[offset] = Gap;
            }
        }
    }

    private void RequireNoHole()
    {
        var start = System.Array.IndexOf(_owners, Undeclared);
        if (start < 0)
            return;
        var end = start;
        while (end < _owners.Length && _owners[end] == Undeclared)
            end++;
        throw new InvalidOperationException(
            $"Bytes 0x{start:x}..0x{end:x} in the register map of {typeof(TDevice).Name} are not declared; declare a register or .Gap(0x{start:x}..0x{end:x}).");
    }

    private string Name(ushort owner, int offset)
    {
        if (owner >= _registers.Length)
            return "a gap";
        var place = _registers[owner].Place;
        return $"{place.NameOf((offset - place.Offset) / place.StrideBytes)} ({(int)place.Width * 8} bits)";
    }
}
