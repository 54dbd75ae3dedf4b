namespace DriverSdk.Contract.Pci;

/// <summary>The line a function drives: the value of <see cref="PciHeader.InterruptPin"/>.</summary>
public enum InterruptPin : byte
{
    /// <summary>No line; the function sends messages or nothing.</summary>
    None = 0,

    /// <summary>INTA.</summary>
    A = 1,

    /// <summary>INTB.</summary>
    B = 2,

    /// <summary>INTC.</summary>
    C = 3,

    /// <summary>INTD.</summary>
    D = 4,
}
