using DriverSdk.Differential.Rigs;
using DriverSdk.Differential.Twin;

namespace DriverSdk.Differential.Sequences;

/// <summary>Edits tables, invalidates and makes requests in a random order, in a space small enough that the same pages come again and again.</summary>
internal sealed class RandomSequence
{
    private const int TableCount = 8;
    private const int FrameCount = 6;
    private static readonly ulong[] Addresses = [0, 0x1000, 0x2000, 0x20_0000, 0x20_1000, 0x4000_0000];
    private readonly Random _random;
    private readonly IRig _rig;
    private readonly SequenceTwin _twin;
    private readonly List<(DeviceRequest Request, IReadOnlyCollection<ulong>? Words)> _reads = [];
    private ulong _nextWord = 0x2000_0000_0000_0001;

    /// <summary>Starts from empty tables and empty caches.</summary>
    /// <param name="seed">The same seed gives the same steps.</param>
    /// <param name="rig">The machine.</param>
    public RandomSequence(int seed, IRig rig)
    {
        _random = new Random(seed);
        _rig = rig;
        _twin = new SequenceTwin(rig.Shape, rig.Deviations);
        Clear();
        foreach (var devFn in MemoryMap.DevFns)
            SetContext(devFn);
        for (var i = 0; i < 24; i++)
            EditEntry();
        Invalidate(InvalidationCommand.AllContexts);
        Invalidate(InvalidationCommand.AllTranslations);
    }

    /// <summary>Requests made.</summary>
    public int RequestCount { get; private set; }

    /// <summary>Requests that could have ended in more than one way.</summary>
    public int AmbiguousCount { get; private set; }

    /// <summary>Runs so many steps; the text says what was not allowed, or is null.</summary>
    public string? Run(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            switch (_random.Next(10))
            {
                case 0 or 1 or 2:
                    EditEntry();
                    break;
                case 3:
                    if (OneIn(3))
                        SetContext(AnyDevice());
                    else
                        InvalidateSomething();
                    break;
                default:
                    if (Request() is not { } difference)
                        break;
                    _rig.TakeReads();
                    return $"step {step}, {difference}";
            }
        }

        return CompareReads();
    }

    private void Clear()
    {
        var words = new List<KeyValuePair<ulong, ulong>> { new(MemoryMap.Root, MemoryMap.Contexts | 1), new(MemoryMap.Root + 8, 0) };
        for (var place = MemoryMap.Tables; place < MemoryMap.Tables + (TableCount << 12); place += 8)
        {
            if ((place & 0xfff) < 0x40)
                words.Add(new(place, 0));
        }

        _rig.Write(words);
    }

    private void SetContext(int devFn)
    {
        var low = Table() | (OneIn(12) ? 8UL : 0) | (OneIn(12) ? 0UL : 1);
        var high = ((ulong)(uint)_random.Next(1, 4) << 8) | (_rig.Shape.AddressBits == 39 || OneIn(2) ? 1UL : 2);
        var place = MemoryMap.Contexts + (ulong)(uint)(16 * devFn);
        _rig.Write([new(place, low), new(place + 8, high)]);
        _twin.SetContext(devFn, low, high);
    }

    private void EditEntry()
    {
        var place = Table() + (8 * (ulong)(uint)_random.Next(3));
        var value = _random.Next(8) switch
        {
            0 => 0UL,
            1 => Frame() | (uint)_random.Next(1, 4),
            2 => (_random.Next(2) == 0 ? MemoryMap.Data : MemoryMap.Data + 0x20_0000) | 0x83,
            3 => Frame() | 3,
            _ => Table() | (uint)(OneIn(4) ? _random.Next(4) : 3),
        };
        _rig.Write([new(place, value)]);
        _twin.SetEntry(place, value);
    }

    private void InvalidateSomething()
    {
        var domain = _random.Next(1, 4);
        Invalidate(_random.Next(8) switch
        {
            0 => InvalidationCommand.AllContexts,
            1 => new InvalidationCommand(CacheKind.Context, 2, domain),
            2 => new InvalidationCommand(CacheKind.Context, 3, domain, AnyDevice()),
            3 => InvalidationCommand.AllTranslations,
            4 => new InvalidationCommand(CacheKind.Iotlb, 2, domain),
            _ => new InvalidationCommand(CacheKind.Iotlb, 3, domain, Address: AnyAddress(), Mask: OneIn(3) ? _random.Next(10) : 0, LeafOnly: _random.Next(2)),
        });
    }

    private void Invalidate(in InvalidationCommand command)
    {
        _rig.Invalidate(command);
        _twin.Invalidate(command);
    }

    private string? Request()
    {
        // Never the first words of a page: a wrong pointer makes a frame a table, and these are the entries that would be read.
        var request = new DeviceRequest(AnyDevice(), AnyAddress() + ((ulong)(uint)_random.Next(8, 512) * 8), OneIn(2) ? RequestKind.Read : RequestKind.Write);
        var outcomes = _twin.Outcomes(request);
        // Requests that could reach a table would change the question; those outside RAM show nothing.
        if (outcomes.Any(outcome => outcome.Fault == 0 && outcome.Address < MemoryMap.Data))
            return null;
        RequestCount++;
        AmbiguousCount += outcomes.Count > 1 ? 1 : 0;
        var before = Prepare(outcomes);
        var word = _rig.NextWord;
        var seen = _rig.Request(request);
        if (request.Kind == RequestKind.Read)
            _reads.Add((request, AllowedWords(outcomes, seen, before)));
        foreach (var outcome in outcomes)
        {
            if (Shows(outcome, request, seen, word, before))
                return null;
        }

        if (seen.Fault == 0 && MayBeDropped(outcomes) && IsUntouched(before))
            return null;
        return $"{request}: allowed are {string.Join(", ", outcomes)}; {_rig.Name} shows {seen}; {_twin}";
    }

    private string? CompareReads()
    {
        var seen = _rig.TakeReads();
        for (var i = 0; i < seen.Count; i++)
        {
            if (_reads[i].Words is { } words && !words.Contains(seen[i]))
                return $"{_reads[i].Request}: {_rig.Name} brought 0x{seen[i]:x}, and allowed are {string.Join(", ", words.Select(word => $"0x{word:x}"))}";
        }

        return null;
    }

    // Null when anything may come: after a refusal, or from where there is no RAM.
    private IReadOnlyCollection<ulong>? AllowedWords(IReadOnlySet<Outcome> outcomes, in Observation seen, Dictionary<ulong, ulong> before) =>
        seen.Fault != 0 || MayBeDropped(outcomes) || outcomes.Any(outcome => outcome.Fault == 0 && !before.ContainsKey(outcome.Address)) ? null : before.Values;

    private bool MayBeDropped(IReadOnlySet<Outcome> outcomes) =>
        _rig.Deviations.HasFlag(KnownDeviations.DropsWhatAHitRefuses) && outcomes.Any(outcome => outcome.Fault is 0x5 or 0x6);

    private bool IsUntouched(Dictionary<ulong, ulong> before) => before.All(place => _rig.Read(place.Key) == place.Value);

    // Each place that could be reached gets a word of its own, so that a read tells which it was.
    private Dictionary<ulong, ulong> Prepare(IReadOnlySet<Outcome> outcomes)
    {
        var words = outcomes.Where(outcome => outcome.Fault == 0 && _rig.Shape.IsRam(outcome.Address)).Select(outcome => outcome.Address).Distinct()
            .ToDictionary(address => address, _ => _nextWord++);
        _rig.Write([.. words]);
        return words;
    }

    private bool Shows(in Outcome outcome, in DeviceRequest request, in Observation seen, ulong word, Dictionary<ulong, ulong> before)
    {
        if (outcome.Fault != 0)
            return seen.Fault == outcome.Fault && seen.FaultPage == (request.Address & ~0xfffUL);
        if (seen.Fault != 0)
            return false;
        if (!before.ContainsKey(outcome.Address))
            return true;
        return request.Kind == RequestKind.Read || _rig.Read(outcome.Address) == word;
    }

    private int AnyDevice() => MemoryMap.DevFns[_random.Next(MemoryMap.DevFns.Count)];

    private ulong AnyAddress() => Addresses[_random.Next(Addresses.Length)];

    private ulong Table() => MemoryMap.Tables + ((ulong)(uint)_random.Next(TableCount) << 12);

    private ulong Frame() => MemoryMap.Data + ((ulong)(uint)_random.Next(FrameCount) << 12);

    private bool OneIn(int times) => _random.Next(times) == 0;
}
