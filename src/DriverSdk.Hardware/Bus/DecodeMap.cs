namespace DriverSdk.Hardware.Bus;

/// <summary>An immutable map from physical addresses to targets; a lookup is a binary search.</summary>
internal sealed class DecodeMap
{
    private readonly MmioRegion[] _regions;

    /// <summary>Lays out <paramref name="byPriority"/>: where two overlap, the earlier one answers.</summary>
    public DecodeMap(IEnumerable<MmioRegion> byPriority)
    {
        var taken = new List<MmioRegion>();
        foreach (var region in byPriority)
            taken.AddRange(Uncovered(region, taken));
        _regions = [.. taken.OrderBy(region => region.Start)];
    }

    /// <summary>Regions from the lowest address up.</summary>
    public IReadOnlyList<MmioRegion> Regions => _regions;

    /// <summary>Finds who answers all bytes from <paramref name="start"/> to <paramref name="last"/>, and at which offset.</summary>
    public bool TryFind(ulong start, ulong last, out MmioRegion region)
    {
        var low = 0;
        var high = _regions.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            ref readonly var candidate = ref _regions[middle];
            if (start < candidate.Start)
                high = middle - 1;
            else if (start > candidate.Last)
                low = middle + 1;
            else
            {
                region = candidate;
                return last <= candidate.Last;
            }
        }

        region = default;
        return false;
    }

    private static List<MmioRegion> Uncovered(MmioRegion region, List<MmioRegion> taken)
    {
        var pieces = new List<MmioRegion> { region };
        foreach (var other in taken)
        {
            if (!other.Overlaps(region))
                continue;
            var rest = new List<MmioRegion>();
            foreach (var piece in pieces)
            {
                if (other.Start > 0 && piece.TryClip(0, other.Start - 1, out var below))
                    rest.Add(below);
                if (other.Last < ulong.MaxValue && piece.TryClip(other.Last + 1, ulong.MaxValue, out var above))
                    rest.Add(above);
            }

            pieces = rest;
        }

        return pieces;
    }
}
