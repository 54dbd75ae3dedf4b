using DriverSdk.Differential.Rigs;
using DriverSdk.Differential.Twin;

namespace DriverSdk.Differential.Trees;

/// <summary>Puts random trees into a machine and compares every request with the slow twin.</summary>
/// <param name="rig">The machine.</param>
internal sealed class TreeComparison(IRig rig)
{
    private readonly HashSet<ulong> _dirty = [];
    private readonly Dictionary<int, int> _outcomes = [];
    private ulong _nextWord = 0x1000_0000_0000_0001;

    /// <summary>Requests made.</summary>
    public int RequestCount { get; private set; }

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
        foreach (var request in tree.Requests)
        {
            RequestCount++;
            var expected = twin.Translate(request);
            _outcomes[expected.Fault] = _outcomes.GetValueOrDefault(expected.Fault) + 1;
            if (Difference(request, expected, words) is { } difference)
                return $"tree {seed}, {request}: the twin says {expected}, {rig.Name} {difference}";
        }

        return null;
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

    private string? Difference(in DeviceRequest request, in Outcome expected, Dictionary<ulong, ulong> words)
    {
        // What a request may touch lies among the data, never in tables.
        var isData = expected.Fault == 0 && expected.Address >= MemoryMap.Data && rig.Shape.IsRam(expected.Address);
        var isRefused = expected.Fault != 0;
        if (!isData && !isRefused && rig.Shape.IsRam(expected.Address))
            return null;
        var word = _nextWord++;
        // A wrong bit may lead a table pointer among the data, so what a request leaves there belongs to the question.
        if (isData)
        {
            _dirty.Add(expected.Address);
            words[expected.Address] = word;
            if (request.Kind == RequestKind.Read)
                rig.Write([new(expected.Address, word)]);
        }

        var seen = rig.Request(request, word);
        var fault = expected.IsRecorded ? expected.Fault : 0;
        if (seen.Fault != fault || (fault != 0 && seen.FaultPage != (request.Address & ~0xfffUL)))
            return seen.ToString();
        if (!isData)
            return null;
        var moved = request.Kind == RequestKind.Read ? seen.Word : rig.Read(expected.Address);
        return moved == word ? null : $"moved 0x{moved:x} instead of 0x{word:x}";
    }
}
