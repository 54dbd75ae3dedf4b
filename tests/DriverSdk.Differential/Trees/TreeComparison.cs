using DriverSdk.Differential.Rigs;
using DriverSdk.Differential.Twin;

namespace DriverSdk.Differential.Trees;

/// <summary>Puts random trees into a machine and compares every request with the slow twin.</summary>
/// <param name="rig">The machine.</param>
internal sealed class TreeComparison(IRig rig)
{
    private readonly HashSet<ulong> _dirty = [];
    private readonly Dictionary<int, int> _outcomes = [];
    private readonly List<(DeviceRequest Request, ulong? Word)> _reads = [];
    private bool _hasReached;
    private ulong _nextWord = 0x1000_0000_0000_0001;

    /// <summary>Requests made.</summary>
    public int RequestCount { get; private set; }

    /// <summary>Requests in which the machine went a way that is known.</summary>
    public int DeviationCount { get; private set; }

    /// <summary>How often each fault code came, 0 for none.</summary>
    public IReadOnlyDictionary<int, int> Outcomes => _outcomes;

    /// <summary>Compares one tree; the text says what differs, or is null.</summary>
    public string? Compare(int seed)
    {
        var tree = new RandomTree(seed, rig.Shape);
        Load(tree);
        rig.Invalidate(InvalidationCommand.AllContexts);
        rig.Invalidate(InvalidationCommand.AllTranslations);
        var words = new Dictionary<ulong, ulong>(tree.Words);
        var twin = new TreeTwin(rig.Shape, words, MemoryMap.Root);
        _reads.Clear();
        _hasReached = false;
        foreach (var request in tree.Requests)
        {
            RequestCount++;
            var expected = twin.Translate(request);
            _outcomes[expected.Fault] = _outcomes.GetValueOrDefault(expected.Fault) + 1;
            if (Difference(request, expected, twin, words) is not { } difference)
                continue;
            rig.TakeReads();
            return $"tree {seed}, {request}: the twin says {expected}, {rig.Name} {difference}; words{string.Concat(tree.Words.Select(word => $" {word.Key:x}:{word.Value:x}"))}";
        }

        return CompareReads(seed);
    }

    private void Load(RandomTree tree)
    {
        var words = new List<KeyValuePair<ulong, ulong>>();
        foreach (var place in _dirty)
        {
            if (!tree.Words.ContainsKey(place))
                words.Add(new(place, 0));
        }

        words.AddRange(tree.Words);
        rig.Write(words);
        _dirty.Clear();
        _dirty.UnionWith(tree.Words.Keys);
    }

    private string? CompareReads(int seed)
    {
        var seen = rig.TakeReads();
        for (var i = 0; i < seen.Count; i++)
        {
            if (_reads[i].Word is { } expected && expected != seen[i])
                return $"tree {seed}, {_reads[i].Request}: {rig.Name} brought 0x{seen[i]:x} instead of 0x{expected:x}";
        }

        return null;
    }

    private string? Difference(in DeviceRequest request, in Outcome expected, TreeTwin twin, Dictionary<ulong, ulong> words)
    {
        // What a request may touch lies among the data, never in tables.
        var isData = expected.Fault == 0 && expected.Address >= MemoryMap.Data && rig.Shape.IsRam(expected.Address);
        if (!isData && expected.Fault == 0 && rig.Shape.IsRam(expected.Address))
            return null;
        var word = request.Kind == RequestKind.Write ? rig.NextWord : _nextWord++;
        if (request.Kind == RequestKind.Read)
            _reads.Add((request, isData ? word : null));
        // A wrong bit may lead a table pointer among the data, so what a request leaves there belongs to the question.
        if (isData)
        {
            _dirty.Add(expected.Address);
            words[expected.Address] = word;
            if (request.Kind == RequestKind.Read)
                rig.Write([new(expected.Address, word)]);
        }

        var seen = rig.Request(request);
        _hasReached |= expected.Fault == 0;
        var fault = expected.IsRecorded ? expected.Fault : 0;
        if (seen.Fault != fault || (fault != 0 && seen.FaultPage != (request.Address & ~0xfffUL)))
            return IsKnown(expected, seen, twin.PassesThrough(request.DevFn) ? KnownDeviations.PassesThroughAnyAddress : KnownDeviations.None) ? null : seen.ToString();
        if (!isData || request.Kind == RequestKind.Read)
            return null;
        var moved = rig.Read(expected.Address);
        return moved == word ? null : $"left 0x{moved:x} instead of 0x{word:x}";
    }

    private bool IsKnown(in Outcome expected, in Observation seen, KnownDeviations beyondWidth)
    {
        var deviation = (expected.Fault, seen.Fault) switch
        {
            (0x5 or 0x6, 0) when _hasReached => KnownDeviations.DropsWhatAHitRefuses,
            (0, 0xe) when expected.Page < 0xfef0_0000 && expected.Page + (1UL << expected.PageShift) > 0xfee0_0000 => KnownDeviations.RefusesWholePagesAtInterrupts,
            (0xb, 0xb) when !expected.IsRecorded => KnownDeviations.RecordsFaultsOfReservedContexts,
            (0x4, 0) => beyondWidth,
            (0x7, 0x3) => KnownDeviations.BlamesTheContextForItsTable,
            _ => KnownDeviations.None,
        };
        DeviationCount += deviation == KnownDeviations.None ? 0 : 1;
        return deviation != KnownDeviations.None && rig.Deviations.HasFlag(deviation);
    }
}
