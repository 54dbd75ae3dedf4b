namespace DriverSdk.Hardware.Mmio;

/// <summary>The bits of a register sorted by what software may do with them.</summary>
internal sealed class FieldMasks
{
    private readonly ulong _readWrite;
    private readonly ulong _writeOnly;
    private readonly ulong _oneToClear;
    private readonly ulong _oneToSet;

    public FieldMasks(IReadOnlyList<RegisterField> fields)
    {
        _readWrite = Of(fields, FieldAccess.ReadWrite);
        _writeOnly = Of(fields, FieldAccess.WriteOnly);
        _oneToClear = Of(fields, FieldAccess.WriteOneToClear);
        _oneToSet = Of(fields, FieldAccess.WriteOneToSet);
        Readable = _readWrite | _oneToClear | _oneToSet | Of(fields, FieldAccess.ReadOnly);
        Writable = _readWrite | _writeOnly | _oneToClear | _oneToSet;
    }

    /// <summary>Bits that reads give.</summary>
    public ulong Readable { get; }

    /// <summary>Bits that writes reach.</summary>
    public ulong Writable { get; }

    /// <summary>The register's value after a write.</summary>
    /// <param name="old">Its value before.</param>
    /// <param name="written">The bits written, in place.</param>
    /// <param name="lanes">The bits that the access covers.</param>
    public ulong Merge(ulong old, ulong written, ulong lanes)
    {
        written &= lanes;
        var replaced = _readWrite & lanes;
        var value = (old & ~replaced & ~_writeOnly) | (written & (replaced | _writeOnly | _oneToSet));
        return value & ~(written & _oneToClear);
    }

    private static ulong Of(IReadOnlyList<RegisterField> fields, FieldAccess access) =>
        fields.Where(field => field.Access == access).Aggregate(0UL, (mask, field) => mask | field.Mask);
}
