using System.Numerics;
using DriverSdk.Contract.PageTables;

namespace DriverSdk.Hardware.Iommu;

/// <summary>What a remapping unit offers; its capability registers are computed from this. The defaults are those of a recent server part in legacy mode.</summary>
/// <remarks>Contradictory values are refused when the unit is made. Source: facts/vtd.md 1.</remarks>
public sealed record RemappingUnitOptions
{
    /// <summary>Width of the addresses it translates, in bits: 39 (tables of three levels), 48 (three and four) or 57 (three, four and five).</summary>
    public int AddressWidth { get; init; } = 48;

    /// <summary>Width of physical addresses, in bits: 36 to 52.</summary>
    public int HostAddressWidth { get; init; } = 48;

    /// <summary>Domain ids: 16, 64, 256, 1024, 4096, 16384 or 65536.</summary>
    public int DomainCount { get; init; } = 65536;

    /// <summary>Leaf sizes besides 4 KiB. 1 GiB pages need 2 MiB pages.</summary>
    public LargePages LargePages { get; init; } = LargePages.Size2M | LargePages.Size1G;

    /// <summary>Whether single pages can be invalidated; without it a page-selective invalidation drops the whole domain.</summary>
    public bool PageSelectiveInvalidation { get; init; } = true;

    /// <summary>Greatest page-selective invalidation, 2^n pages; at least 9 with 2 MiB pages and 18 with 1 GiB pages.</summary>
    public int MaxAddressMask { get; init; } = 18;

    /// <summary>Whether a zero-length read of a write-only page succeeds.</summary>
    public bool ZeroLengthRead { get; init; } = true;

    /// <summary>Fault records, 1 to 8.</summary>
    public int FaultRecordCount { get; init; } = 1;

    /// <summary>Whether an invalidation can wait for writes under way.</summary>
    public bool DrainsWrites { get; init; } = true;

    /// <summary>Whether an invalidation can wait for reads under way.</summary>
    public bool DrainsReads { get; init; } = true;

    /// <summary>Whether context entries may say pass-through.</summary>
    public bool PassThrough { get; init; } = true;

    /// <summary>Whether the leaves of page tables may force snooping (ECAP.SC); their snoop bit is reserved otherwise. It moves no data differently: devices always see what the CPUs wrote.</summary>
    public bool SnoopControl { get; init; }

    /// <summary>Whether context entries may let devices ask for translations and keep them (ECAP.DT).</summary>
    public bool DeviceTlb { get; init; }

    /// <summary>Whether a region below 4 GiB can be protected from requests that no table translates (CAP.PLMR).</summary>
    public bool ProtectedLowRegion { get; init; }

    /// <summary>Whether a region anywhere can be protected from them (CAP.PHMR).</summary>
    public bool ProtectedHighRegion { get; init; }

    /// <summary>Whether interrupts can be remapped. They are only once software asks for it.</summary>
    public bool InterruptRemapping { get; init; } = true;

    /// <summary>Whether interrupt entries may name x2APIC destinations; needs <see cref="InterruptRemapping"/>.</summary>
    public bool ExtendedInterruptMode { get; init; }

    /// <summary>Interrupt entries kept: 0 to read each from memory at every message, or a power of two up to 65536. An entry has one place, its index modulo this.</summary>
    public int InterruptEntryCacheEntries { get; init; } = 256;

    /// <summary>Whether the unit may cache not-present and faulty entries; how many it does is said by <see cref="CachePolicy.Refusals"/>.</summary>
    public bool CachingMode { get; init; }

    /// <summary>What it caches.</summary>
    public CachePolicy Caches { get; init; } = new();

    /// <summary>Whether the unit snoops the CPUs' caches when it reads its tables (ECAP.C); when not, whoever writes tables must write their lines back.</summary>
    public TableCoherency Coherency { get; init; } = TableCoherency.Coherent;

    /// <summary>Refuses values that no unit can have.</summary>
    /// <exception cref="ArgumentException">A value is out of range, or two contradict each other; the message says which and what to write instead.</exception>
    internal void Check()
    {
        Require(AddressWidth is 39 or 48 or 57, $"AddressWidth is {AddressWidth}; use 39, 48 or 57.");
        Require(HostAddressWidth is >= 36 and <= 52, $"HostAddressWidth is {HostAddressWidth}; use 36 to 52.");
        Require(DomainCount is >= 16 and <= 65536 && BitOperations.IsPow2(DomainCount) && int.Log2(DomainCount) % 2 == 0,
            $"DomainCount is {DomainCount}; use 16, 64, 256, 1024, 4096, 16384 or 65536.");
        Require(LargePages is LargePages.None or LargePages.Size2M or (LargePages.Size2M | LargePages.Size1G),
            $"LargePages is {LargePages}; use None, Size2M, or Size2M together with Size1G.");
        Require(FaultRecordCount is >= 1 and <= 8, $"FaultRecordCount is {FaultRecordCount}; use 1 to 8.");
        Caches.Check();
        Require(Enum.IsDefined(Coherency), $"Coherency is {Coherency}; use Coherent or NonCoherent.");
        Require(InterruptEntryCacheEntries == 0 || (InterruptEntryCacheEntries is > 0 and <= 65536 && BitOperations.IsPow2(InterruptEntryCacheEntries)),
            $"InterruptEntryCacheEntries is {InterruptEntryCacheEntries}; use 0 or a power of two up to 65536.");
        Require(InterruptRemapping || !ExtendedInterruptMode,
            "ExtendedInterruptMode is set but InterruptRemapping is not: only remapped interrupts have x2APIC destinations. Set both, or clear both.");
        CheckMaxAddressMask();
    }

    private void CheckMaxAddressMask()
    {
        Require(MaxAddressMask is >= 0 and <= 36, $"MaxAddressMask is {MaxAddressMask}; use 0 to 36.");
        var least = LargePages.HasFlag(LargePages.Size1G) ? 18 : LargePages.HasFlag(LargePages.Size2M) ? 9 : 0;
        Require(!PageSelectiveInvalidation || MaxAddressMask >= least,
            $"MaxAddressMask is {MaxAddressMask} but LargePages is {LargePages}: one invalidation must cover the largest page. Use at least {least}, or smaller pages.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArgumentException($"A remapping unit cannot be made: {otherwise}");
    }
}
