using System.Text;
using DriverSdk.Cli.Devices;
using DriverSdk.Cli.Machines;
using DriverSdk.Cli.Options;
using DriverSdk.Cli.Protocol;
using DriverSdk.Contract.Memory;
using DriverSdk.Differential.Rigs;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Differential.Hostile;

/// <summary>A machine behind a door in this process, and rounds of hostile lines against it.</summary>
internal sealed class HostileDoor : IDisposable
{
    /// <summary>Lines of one round; a new machine comes after each.</summary>
    public const int LinesPerRound = 2000;

    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private static readonly string[] Units =
    [
        "", "caching-mode=on", "aw-bits=39", "aw-bits=57", "emu-fault-records=4", "device-iotlb=on", "eim=on", "emu-cache=maximally-stale", "emu-cache=minimal",
        "emu-cache=maximally-stale,caching-mode=on",
    ];

    private readonly QtestMachine _machine;
    private readonly Door _door;

    private HostileDoor(string unit)
    {
        var owned = new List<IDisposable>();
        _machine = new QtestMachine(new MachineParts
        {
            Memory = new MemoryLayout(MemoryMap.RamBytes),
            Unit = OptionList.Apply("--iommu", unit.Length == 0 ? [] : OptionList.Cut(unit), UnitKeys.All, new RemappingUnitOptions()),
            Functions = [.. new[] { "edu@00:03.0", "nvme,size=1M@00:04.0", "dma-probe@00:05.0" }.Select(device => DeviceRegistry.Make(device, owned))],
            Owned = owned,
        });
        _door = new Door(_machine);
        Send(Encoding.ASCII.GetBytes(HostileLines.Setup()));
    }

    /// <summary>Runs one round; the text says what broke, or is null.</summary>
    public static string? Round(int seed)
    {
        var random = new Random(seed);
        var unit = Units[random.Next(Units.Length)];
        var round = Task.Run(() => Play(unit, random));
        if (!round.Wait(HangLimit))
            return $"round {seed} ({unit}) hangs";
        return round.Result is { } broken ? $"round {seed} ({unit}): {broken}" : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();

    private static string? Play(string unit, Random random)
    {
        var line = Array.Empty<byte>();
        try
        {
            using var door = new HostileDoor(unit);
            var lines = new HostileLines(random);
            for (var done = 0; done < LinesPerRound; done++)
            {
                line = lines.Next();
                door.Send(line);
            }

            // However it was treated, it still answers.
            var answer = door.Send("\nendianness\n"u8);
            return answer.EndsWith("OK little\n", StringComparison.Ordinal) ? null : $"'endianness' is answered with '{answer}'";
        }
        catch (Exception broken)
        {
            return $"{Encoding.Latin1.GetString(line)} ends in {broken}";
        }
    }

    private string Send(ReadOnlySpan<byte> bytes)
    {
        _door.Accept(bytes);
        var answers = Encoding.Latin1.GetString(_door.Answers.Written.Span);
        _door.Answers.Clear();
        return answers;
    }
}
