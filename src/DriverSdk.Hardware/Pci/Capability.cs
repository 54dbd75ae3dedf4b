using DriverSdk.Contract.Pci;

namespace DriverSdk.Hardware.Pci;

/// <summary>An entry of a function's capability list, with the behaviour behind its registers.</summary>
internal abstract class Capability
{
    /// <summary>What it is.</summary>
    public abstract PciCapabilityId Id { get; }

    /// <summary>Length of its registers, in bytes.</summary>
    public abstract int LengthBytes { get; }

    /// <summary>Offset in configuration space; set when it joins the list.</summary>
    public int Offset { get; private set; }

    /// <summary>The configuration space it lies in.</summary>
    protected ConfigSpace Config { get; private set; } = null!;

    /// <summary>Places it, and lets it define its registers.</summary>
    public void Place(ConfigSpace config, int offset)
    {
        Config = config;
        Offset = offset;
        Define();
    }

    /// <summary>Acts on a write of software to its registers, which has landed already.</summary>
    public virtual void Written()
    {
    }

    /// <summary>Clears the state it keeps outside configuration space.</summary>
    public virtual void Reset()
    {
    }

    /// <summary>Defines the registers and their writable bits.</summary>
    protected abstract void Define();
}
