using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Mmio;

/// <summary>A declared register, or an array of equal ones.</summary>
/// <typeparam name="TDevice">The device type whose state it shows.</typeparam>
internal abstract class Register<TDevice>
    where TDevice : class
{
    protected Register(RegisterPlace place, IReadOnlyList<RegisterField> fields)
    {
        Place = place;
        Fields = fields;
        Masks = new FieldMasks(fields);
    }

    /// <summary>Where it lies and what it is called.</summary>
    public RegisterPlace Place { get; }

    /// <summary>Its fields, from bit 0 up, without holes.</summary>
    public IReadOnlyList<RegisterField> Fields { get; }

    /// <summary>Its bits by access kind.</summary>
    public FieldMasks Masks { get; }

    /// <summary>Width.</summary>
    public AccessWidth Width => Place.Width;

    /// <summary>Reads the whole register.</summary>
    public abstract ulong Read(TDevice device, int index);

    /// <summary>Writes the bits in <paramref name="lanes"/>; both values are in place within the register.</summary>
    public abstract void Write(TDevice device, int index, ulong value, ulong lanes);

    /// <summary>Whether software can read anything of it.</summary>
    public bool IsReadable => Masks.Readable != 0;
}
