using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Nvme.Commands;

/// <summary>The features' values. Most are kept and given back and change nothing; the room's Limits table says which.</summary>
internal sealed class FeatureStore
{
    private const int TemperatureSensors = 16;
    private const int ThresholdTypes = 4;
    private const uint DefaultOverThresholdKelvin = 343;

    private readonly uint[] _values = new uint[16];
    private readonly uint[] _vectorConfiguration;
    private readonly uint[] _temperatureThresholds = new uint[TemperatureSensors * ThresholdTypes];
    private readonly int _ioQueuePairs;

    public FeatureStore(NvmeControllerOptions options)
    {
        _ioQueuePairs = options.IoQueuePairs;
        _vectorConfiguration = new uint[options.InterruptVectors];
        Clear();
    }

    /// <summary>Whether written data may wait in the cache until a Flush.</summary>
    public bool IsWriteCacheEnabled => (Volatile.Read(ref _values[(int)FeatureId.VolatileWriteCache]) & 1) != 0;

    /// <summary>I/O submission queues the driver may create.</summary>
    public int SubmissionQueues => (int)(_values[(int)FeatureId.NumberOfQueues] & 0xffff) + 1;

    /// <summary>I/O completion queues the driver may create.</summary>
    public int CompletionQueues => (int)(_values[(int)FeatureId.NumberOfQueues] >> 16) + 1;

    /// <summary>Default values, at a reset.</summary>
    public void Clear()
    {
        Array.Clear(_values);
        Array.Clear(_temperatureThresholds);
        _temperatureThresholds[0] = DefaultOverThresholdKelvin;
        _values[(int)FeatureId.VolatileWriteCache] = 1;
        _values[(int)FeatureId.NumberOfQueues] = PackQueues((uint)_ioQueuePairs - 1, (uint)_ioQueuePairs - 1);
        for (var vector = 0; vector < _vectorConfiguration.Length; vector++)
            _vectorConfiguration[vector] = (uint)vector;
    }

    public CommandOutcome Get(in NvmeCommand command)
    {
        // SEL asks for default, saved or supported values; ONCS says that only current values can be asked for.
        if ((command.Dword10 & 0x700) != 0)
            return NvmeStatusCode.InvalidField;
        var id = (FeatureId)(command.Dword10 & 0xff);
        return id switch
        {
            FeatureId.InterruptVectorConfiguration => (command.Dword11 & 0xffff) < (uint)_vectorConfiguration.Length
                ? new CommandOutcome(NvmeStatusCode.Success, _vectorConfiguration[command.Dword11 & 0xffff])
                : NvmeStatusCode.InvalidField,
            FeatureId.TemperatureThreshold => new CommandOutcome(NvmeStatusCode.Success, _temperatureThresholds[ThresholdIndex(command.Dword11)]),
            _ => IsPlain(id) || id == FeatureId.NumberOfQueues
                ? new CommandOutcome(NvmeStatusCode.Success, _values[(int)id])
                : NvmeStatusCode.InvalidField,
        };
    }

    /// <summary>Sets a feature.</summary>
    /// <param name="command">The command.</param>
    /// <param name="hasIoQueues">Whether I/O queues exist: then their number is fixed.</param>
    public CommandOutcome Set(in NvmeCommand command, Func<bool> hasIoQueues)
    {
        if ((command.Dword10 & (1u << 31)) != 0)
            return NvmeStatusCode.FeatureNotSaveable;
        var id = (FeatureId)(command.Dword10 & 0xff);
        switch (id)
        {
            case FeatureId.NumberOfQueues:
                return hasIoQueues() ? NvmeStatusCode.CommandSequenceError : SetQueues(command.Dword11);
            case FeatureId.InterruptVectorConfiguration:
                if ((command.Dword11 & 0xffff) >= (uint)_vectorConfiguration.Length)
                    return NvmeStatusCode.InvalidField;
                _vectorConfiguration[command.Dword11 & 0xffff] = command.Dword11;
                return NvmeStatusCode.Success;
            case FeatureId.TemperatureThreshold:
                _temperatureThresholds[ThresholdIndex(command.Dword11)] = command.Dword11 & 0xffff;
                return NvmeStatusCode.Success;
            // Power state 0 is the only one.
            case FeatureId.PowerManagement when (command.Dword11 & 0x1f) != 0:
                return NvmeStatusCode.InvalidField;
            default:
                if (!IsPlain(id))
                    return NvmeStatusCode.InvalidField;
                Volatile.Write(ref _values[(int)id], command.Dword11);
                return NvmeStatusCode.Success;
        }
    }

    private static bool IsPlain(FeatureId id) => id is FeatureId.Arbitration or FeatureId.PowerManagement or FeatureId.ErrorRecovery
        or FeatureId.VolatileWriteCache or FeatureId.InterruptCoalescing or FeatureId.WriteAtomicity or FeatureId.AsynchronousEventConfiguration;

    private static int ThresholdIndex(uint dword11) => (int)((dword11 >> 16) & 0x3f);

    private static uint PackQueues(uint submissionsLessOne, uint completionsLessOne) => submissionsLessOne | (completionsLessOne << 16);

    private CommandOutcome SetQueues(uint wish)
    {
        var submissions = wish & 0xffff;
        var completions = wish >> 16;
        if (submissions == 0xffff || completions == 0xffff)
            return NvmeStatusCode.InvalidField;
        var last = (uint)_ioQueuePairs - 1;
        var granted = PackQueues(Math.Min(submissions, last), Math.Min(completions, last));
        _values[(int)FeatureId.NumberOfQueues] = granted;
        return new CommandOutcome(NvmeStatusCode.Success, granted);
    }
}
