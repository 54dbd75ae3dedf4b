using DriverSdk.Kernel;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Rules;

namespace DriverSdk.Sanitizer;

/// <summary>Watches one machine's kernel and says which driver broke which rule. Its rules have the same ids as the analyzers'.</summary>
/// <remarks>Any thread may call any member. Suppress a rule on a method or type of the driver by <see cref="Kernel.Annotations.SuppressRuleAttribute"/>.</remarks>
public sealed class DriverSanitizer : IViolationSink, IKernelObserver
{
    private readonly Lock _sync = new();
    private readonly List<Violation> _kept = [];
    private readonly Dictionary<string, long> _counts = [];
    private readonly SanitizerOptions _options;
    private readonly ViolationTexts _texts;

    internal DriverSanitizer(KernelInstance kernel, SanitizerOptions options)
        : this(kernel.Memory, kernel.CallSites, options) => kernel.Scheduler.Observer = this;

    internal DriverSanitizer(KernelMemory memory, CallSiteTable callSites, SanitizerOptions options)
    {
        _options = options;
        _texts = new ViolationTexts(callSites);
        if (options.Dma == DmaChecks.Off)
            return;
        var mode = options.Dma == DmaChecks.Exact ? DmaCheckMode.Exact : DmaCheckMode.GranuleCounts;
        memory.Debug = Debug = new DmaDebug(mode, memory.Ram.Layout.End, this) { Memory = memory };
    }

    /// <summary>The findings kept so far, oldest first; at most <see cref="SanitizerOptions.MaxKept"/>.</summary>
    public IReadOnlyList<Violation> Violations
    {
        get
        {
            lock (_sync)
                return [.. _kept];
        }
    }

    /// <summary>Number of findings so far, kept or not; suppressed ones do not count.</summary>
    public long Count
    {
        get
        {
            lock (_sync)
                return _counts.Values.Sum();
        }
    }

    internal DmaDebug? Debug { get; }

    /// <summary>Number of findings of one rule.</summary>
    /// <param name="ruleId">The rule, such as <c>DRV1002</c>.</param>
    /// <exception cref="ArgumentException">No rule has this id.</exception>
    public long CountOf(string ruleId)
    {
        var rule = RuleCatalog.Find(ruleId) ?? throw new ArgumentException($"No rule is called '{ruleId}'; RuleCatalog.All lists them.", nameof(ruleId));
        lock (_sync)
            return _counts.GetValueOrDefault(rule.Id);
    }

    /// <summary>Forgets all findings and their counts.</summary>
    public void Clear()
    {
        lock (_sync)
        {
            _kept.Clear();
            _counts.Clear();
        }
    }

    void IViolationSink.Report(in DmaViolation violation) => Take(_texts.Describe(violation));

    void IKernelObserver.SleptInAtomic(in AtomicSleep details) => Take(ViolationTexts.Describe(details));

    // The hardware found it in the middle of a device's transfer, where no call of a driver could be stopped: so it never throws.
    internal void Report(in StaleTable stale) => Keep(ViolationTexts.Describe(stale));

    private void Take(Violation violation)
    {
        if (Suppressions.Covers(violation.RuleId))
            return;
        Keep(violation);
        if (_options.Policy == ViolationPolicy.Throw)
            throw new ViolationException(violation);
    }

    private void Keep(Violation violation)
    {
        lock (_sync)
        {
            _counts[violation.RuleId] = _counts.GetValueOrDefault(violation.RuleId) + 1;
            if (_kept.Count < _options.MaxKept)
                _kept.Add(violation);
            if (_options.Policy == ViolationPolicy.Report)
                _options.Output.WriteLine(violation);
        }
    }
}
