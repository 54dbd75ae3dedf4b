namespace DriverSdk.Contract.Registers;

/// <summary>The bits of GCMD, and of GSTS, which shows those in effect. One bit may change per write of GCMD. Source: facts/vtd.md 1.</summary>
[Flags]
internal enum GlobalCommand : uint
{
    /// <summary>No bit.</summary>
    None = 0,

    /// <summary>CFI: compatibility-format interrupts pass through.</summary>
    CompatibilityFormatInterrupts = 1u << 23,

    /// <summary>SIRTP, one-shot: latch IRTA.</summary>
    SetInterruptTablePointer = 1u << 24,

    /// <summary>IRE: remap interrupts.</summary>
    InterruptRemapping = 1u << 25,

    /// <summary>QIE: process the invalidation queue.</summary>
    QueuedInvalidation = 1u << 26,

    /// <summary>WBF, one-shot: flush the write buffer.</summary>
    WriteBufferFlush = 1u << 27,

    /// <summary>EAFL: log faults in memory.</summary>
    AdvancedFaultLog = 1u << 28,

    /// <summary>SFL, one-shot: latch AFLOG.</summary>
    SetFaultLog = 1u << 29,

    /// <summary>SRTP, one-shot: latch RTADDR. GSTS shows it as RTPS from then on.</summary>
    SetRootTablePointer = 1u << 30,

    /// <summary>TE: translate DMA.</summary>
    Translation = 1u << 31,
}
