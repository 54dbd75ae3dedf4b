namespace DriverSdk.Contract.Invalidation;

/// <summary>What a wait descriptor does. Source: facts/vtd.md 5.</summary>
[Flags]
internal enum WaitActions
{
    /// <summary>It only orders.</summary>
    None = 0,

    /// <summary>Set ICS.IWC and send the completion event (IF).</summary>
    Interrupt = 1,

    /// <summary>Write the status word (SW).</summary>
    StatusWrite = 2,

    /// <summary>Later descriptors begin only after it (FN).</summary>
    Fence = 4,

    /// <summary>Wait for page requests under way too (PD).</summary>
    PageDrain = 8,
}
