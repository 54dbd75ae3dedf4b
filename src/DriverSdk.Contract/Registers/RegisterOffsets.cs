namespace DriverSdk.Contract.Registers;

/// <summary>Where the remapping unit's registers lie, in bytes from the start of its 4 KiB register page.</summary>
/// <remarks>
/// The IOTLB registers and the fault records have no fixed place: <see cref="ExtendedCapability.IotlbRegistersOffset"/> and
/// <see cref="Capability.FaultRecordsOffset"/> say where they are. Source: facts/vtd.md 1.
/// </remarks>
internal static class RegisterOffsets
{
    /// <summary>VER, 32 bits: <see cref="VersionRegister"/>.</summary>
    public const ulong Version = 0x000;

    /// <summary>CAP, 64 bits: <see cref="Registers.Capability"/>.</summary>
    public const ulong Capability = 0x008;

    /// <summary>ECAP, 64 bits: <see cref="Registers.ExtendedCapability"/>.</summary>
    public const ulong ExtendedCapability = 0x010;

    /// <summary>GCMD, 32 bits, write only: <see cref="Registers.GlobalCommand"/>.</summary>
    public const ulong GlobalCommand = 0x018;

    /// <summary>GSTS, 32 bits, read only: the bits of GCMD that are in effect.</summary>
    public const ulong GlobalStatus = 0x01c;

    /// <summary>RTADDR, 64 bits: <see cref="Registers.RootTableAddress"/>.</summary>
    public const ulong RootTableAddress = 0x020;

    /// <summary>CCMD, 64 bits: <see cref="Registers.ContextCommand"/>.</summary>
    public const ulong ContextCommand = 0x028;

    /// <summary>FSTS, 32 bits: <see cref="Registers.FaultStatus"/>.</summary>
    public const ulong FaultStatus = 0x034;

    /// <summary>FECTL, 32 bits: <see cref="EventControl"/>; FEDATA, FEADDR and FEUADDR follow at the offsets of <see cref="EventRegisters"/>.</summary>
    public const ulong FaultEvent = 0x038;

    /// <summary>AFLOG, 64 bits: advanced fault log, which no known implementation has.</summary>
    public const ulong AdvancedFaultLog = 0x058;

    /// <summary>PMEN, 32 bits: <see cref="ProtectedMemoryEnable"/>.</summary>
    public const ulong ProtectedMemoryEnable = 0x064;

    /// <summary>PLMBASE, 32 bits: first byte of the protected region below 4 GiB.</summary>
    public const ulong ProtectedLowBase = 0x068;

    /// <summary>PLMLIMIT, 32 bits: the last aligned block of that region, included.</summary>
    public const ulong ProtectedLowLimit = 0x06c;

    /// <summary>PHMBASE, 64 bits: first byte of the protected region anywhere.</summary>
    public const ulong ProtectedHighBase = 0x070;

    /// <summary>PHMLIMIT, 64 bits: the last aligned block of that region, included.</summary>
    public const ulong ProtectedHighLimit = 0x078;

    /// <summary>IQH, 64 bits, read only: <see cref="QueuePointer"/>.</summary>
    public const ulong QueueHead = 0x080;

    /// <summary>IQT, 64 bits: <see cref="QueuePointer"/>.</summary>
    public const ulong QueueTail = 0x088;

    /// <summary>IQA, 64 bits: <see cref="QueueAddress"/>.</summary>
    public const ulong QueueAddress = 0x090;

    /// <summary>ICS, 32 bits: <see cref="Registers.CompletionStatus"/>.</summary>
    public const ulong CompletionStatus = 0x09c;

    /// <summary>IECTL, 32 bits: <see cref="EventControl"/>; IEDATA, IEADDR and IEUADDR follow at the offsets of <see cref="EventRegisters"/>.</summary>
    public const ulong CompletionEvent = 0x0a0;

    /// <summary>IQERCD, 64 bits, read only: <see cref="QueueErrorRecord"/>.</summary>
    public const ulong QueueErrorRecord = 0x0b0;

    /// <summary>IRTA, 64 bits: <see cref="Registers.InterruptTableAddress"/>.</summary>
    public const ulong InterruptTableAddress = 0x0b8;

    /// <summary>IVA, 64 bits, write only, from the start of the IOTLB registers: <see cref="InvalidateAddress"/>.</summary>
    public const ulong InvalidateAddressInIotlbRegisters = 0;

    /// <summary>IOTLB, 64 bits, from the start of the IOTLB registers: <see cref="IotlbCommand"/>.</summary>
    public const ulong IotlbCommandInIotlbRegisters = 8;

    /// <summary>Bytes of the register page.</summary>
    public const ulong PageBytes = 0x1000;
}
