namespace DriverSdk.Hardware.Mmio;

/// <summary>What software may do with a register field.</summary>
public enum FieldAccess
{
    /// <summary>Reads give the value, writes replace it.</summary>
    ReadWrite,

    /// <summary>Reads give the value, writes are ignored.</summary>
    ReadOnly,

    /// <summary>Reads give zero; every write of the register hands the written bits over.</summary>
    WriteOnly,

    /// <summary>Reads give the value; the bits written as one are handed over to be cleared.</summary>
    WriteOneToClear,

    /// <summary>Reads give the value; the bits written as one are handed over to be set.</summary>
    WriteOneToSet,

    /// <summary>Reads give zero, writes are ignored.</summary>
    Reserved,
}
