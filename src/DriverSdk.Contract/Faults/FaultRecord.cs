using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.Faults;

/// <summary>A fault recording register: who asked for what, and why it was refused.</summary>
/// <remarks>Source: facts/vtd.md 6.</remarks>
/// <param name="Low">First quad word: FI 63:12.</param>
/// <param name="High">Second quad word: SID 15:0, PRIV 29, EXE 30, PP 31, FR 39:32, PASID 59:40, AT 61:60, T1 62, F 63.</param>
public readonly record struct FaultRecord(ulong Low, ulong High)
{
    /// <summary>Bytes a record takes.</summary>
    public const int SizeBytes = 16;

    /// <summary>The first byte of the page that was asked for (FI).</summary>
    public Iova Page { get => new(Bits.Get(Low, 12, 52) << 12); init => Low = Bits.With(Low, 12, 52, value.Value >> 12); }

    /// <summary>The interrupt index of a refused interrupt message: bits 63:48 of FI, the others zero.</summary>
    public int InterruptIndex { get => (int)Bits.Get(Low, 48, 16); init => Low = Bits.With(0, 48, 16, (ulong)value); }

    /// <summary>Whether an interrupt message was refused, so that FI holds an index and no page.</summary>
    public bool IsInterrupt => Reason is >= FaultReason.InterruptRequestReserved and <= FaultReason.UntranslatedInterruptInvalid;

    /// <summary>The requester (SID).</summary>
    public Bdf Source { get => new((ushort)Bits.Get(High, 0, 16)); init => High = Bits.With(High, 0, 16, value.Value); }

    /// <summary>Why it was refused (FR).</summary>
    public FaultReason Reason { get => (FaultReason)Bits.Get(High, 32, 8); init => High = Bits.With(High, 32, 8, (ulong)value); }

    /// <summary>What was asked for: a read or a write (T1).</summary>
    public IommuAccess Access
    {
        get => Bits.Has(High, 62) ? IommuAccess.Read : IommuAccess.Write;
        init => High = Bits.With(High, 62, 1, value.HasFlag(IommuAccess.Read) ? 1UL : 0);
    }

    /// <summary>The address space that was named (PP, PASID); null for a request without one.</summary>
    public Pasid? Pasid
    {
        get => Bits.Has(High, 31) ? new Pasid((uint)Bits.Get(High, 40, 20)) : null;
        init => High = Bits.With(Bits.With(High, 31, 1, value is null ? 0UL : 1), 40, 20, value?.Value ?? 0);
    }

    /// <summary>A request with a PASID was made for the operating system (PRIV).</summary>
    public bool IsPrivileged { get => Bits.Has(High, 29); init => High = value ? Bits.Set(High, 29) : Bits.Clear(High, 29); }

    /// <summary>A request with a PASID wanted to execute what it reads (EXE).</summary>
    public bool IsExecute { get => Bits.Has(High, 30); init => High = value ? Bits.Set(High, 30) : Bits.Clear(High, 30); }

    /// <summary>What the address was (AT).</summary>
    public RequestAddressType AddressType
    {
        get => (RequestAddressType)Bits.Get(High, 60, 2);
        init => High = Bits.With(High, 60, 2, (ulong)value);
    }

    /// <summary>The record holds a fault that software has not cleared (F).</summary>
    public bool IsPending { get => Bits.Has(High, 63); init => High = value ? Bits.Set(High, 63) : Bits.Clear(High, 63); }

    /// <summary>The fault as <c>01:00.0 Write iova:0x1000 refused, LGN.2 (0x05): ...</c>.</summary>
    public override string ToString() =>
        $"{Source} {(IsInterrupt ? $"interrupt {InterruptIndex}" : $"{Access} {Page}")} refused, {(Reason == FaultReason.None ? "no reason" : FaultSpec.Of(Reason))}";
}
