using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Devices;

namespace DriverSdk.Kernel.Debugging;

/// <summary>Every live mapping, found by the device and the IOVA it is unmapped with. Linux: the hash of kernel/dma/debug.c.</summary>
internal sealed class MappingLedger
{
    private readonly StripedChains<MappingRecord> _mappings = new();

    /// <summary>Notes a mapping.</summary>
    public void Add(in MappingRecord record) => _mappings.Add(Hash(record.Device, record.Iova), record);

    /// <summary>Turns a live mapping into a draining one; false when the device has none at that IOVA.</summary>
    /// <remarks>Where the same memory is mapped twice at one address, as a machine without an IOMMU allows, the one of the same length goes first.</remarks>
    public bool TryBeginUnmap(Device device, Iova iova, ulong lengthBytes, CallSite site, out MappingRecord record)
    {
        var search = new Search(device, iova, lengthBytes, site);
        var hash = Hash(device, iova);
        var found = _mappings.Find(hash, ref search, static (_, ref mapping, ref state) =>
            mapping.LengthBytes == state.LengthBytes && BeginIfLive(ref mapping, ref state))
            || _mappings.Find(hash, ref search, static (_, ref mapping, ref state) => BeginIfLive(ref mapping, ref state));
        record = search.Found;
        return found;
    }

    /// <summary>Forgets a draining mapping.</summary>
    public void Remove(in MappingRecord record)
    {
        var search = new Search(record.Device, record.Iova, record.LengthBytes, record.UnmappedAt) { Start = record.Start };
        _mappings.Remove(Hash(record.Device, record.Iova), ref search, static (_, ref mapping, ref state) =>
            mapping.IsDraining && state.Matches(mapping) && mapping.LengthBytes == state.LengthBytes && mapping.Start == state.Start);
    }

    /// <summary>The mapping of a device at an IOVA, live or draining.</summary>
    public bool TryFind(Device device, Iova iova, PhysAddr start, out MappingRecord record)
    {
        var search = new Search(device, iova, 0, default) { Start = start };
        var found = _mappings.Find(Hash(device, iova), ref search, static (_, ref mapping, ref state) =>
        {
            if (!state.Matches(mapping) || mapping.Start != state.Start)
                return false;
            state.Found = mapping;
            return true;
        });
        record = search.Found;
        return found;
    }

    /// <summary>Remembers that freeing the mapping's memory was reported.</summary>
    public void MarkReported(in MappingRecord record)
    {
        var search = new Search(record.Device, record.Iova, 0, default) { Start = record.Start };
        _mappings.Find(Hash(record.Device, record.Iova), ref search, static (_, ref mapping, ref state) =>
        {
            if (!state.Matches(mapping) || mapping.Start != state.Start)
                return false;
            mapping.IsReported = true;
            return true;
        });
    }

    /// <summary>The live mappings of a device; for the check at unbind.</summary>
    public List<MappingRecord> LiveOf(Device device)
    {
        var state = (Device: device, Found: new List<MappingRecord>());
        _mappings.VisitAll(ref state, static (_, ref mapping, ref search) =>
        {
            if (ReferenceEquals(mapping.Device, search.Device) && !mapping.IsDraining)
                search.Found.Add(mapping);
            return false;
        });
        state.Found.Sort(static (left, right) => left.Iova.CompareTo(right.Iova));
        return state.Found;
    }

    private static uint Hash(Device device, Iova iova) =>
        (uint)((((iova.Value >> PageSize.CpuShift) + (ulong)System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(device)) * 0x9e37_79b9_7f4a_7c15) >> 40);

    private static bool BeginIfLive(ref MappingRecord mapping, ref Search state)
    {
        if (mapping.IsDraining || !state.Matches(mapping))
            return false;
        mapping.IsDraining = true;
        mapping.UnmappedAt = state.Site;
        state.Found = mapping;
        return true;
    }

    private struct Search(Device device, Iova iova, ulong lengthBytes, CallSite site)
    {
        public readonly ulong LengthBytes = lengthBytes;
        public readonly CallSite Site = site;
        public PhysAddr Start;
        public MappingRecord Found;

        private readonly Device _device = device;
        private readonly Iova _iova = iova;

        public readonly bool Matches(in MappingRecord mapping) => mapping.Iova == _iova && ReferenceEquals(mapping.Device, _device);
    }
}
