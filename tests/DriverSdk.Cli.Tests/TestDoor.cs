using System.Text;
using DriverSdk.Cli.Devices;
using DriverSdk.Cli.Machines;
using DriverSdk.Cli.Options;
using DriverSdk.Cli.Protocol;
using DriverSdk.Contract.Memory;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Cli.Tests;

/// <summary>A machine and its door without a socket between.</summary>
internal sealed class TestDoor : IDisposable
{
    private readonly QtestMachine _machine;
    private readonly Door _door;

    public TestDoor(string? iommu = null, ulong memoryBytes = 64 << 20, params string[] devices)
    {
        var owned = new List<IDisposable>();
        _machine = new QtestMachine(new MachineParts
        {
            Memory = new MemoryLayout(memoryBytes),
            Unit = iommu is null ? null : OptionList.Apply("--iommu", iommu.Length == 0 ? [] : OptionList.Cut(iommu), UnitKeys.All, new RemappingUnitOptions()),
            Functions = [.. devices.Select(device => DeviceRegistry.Make(device, owned))],
            Owned = owned,
        });
        _door = new Door(_machine);
    }

    /// <summary>Sends bytes as they are and returns all that came back.</summary>
    public string Send(ReadOnlySpan<byte> bytes)
    {
        _door.Accept(bytes);
        var answers = Encoding.Latin1.GetString(_door.Answers.Written.Span);
        _door.Answers.Clear();
        return answers;
    }

    /// <summary>Sends text as it is.</summary>
    public string Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends one line; the answer, and notices before it, without the last line's end.</summary>
    public string Ask(string line) => Send(line + "\n").TrimEnd('\n');

    /// <summary>Sends one line that has to succeed; what stands behind OK.</summary>
    public string Ok(string line)
    {
        var answer = Ask(line);
        StringAssert.StartsWith(answer, "OK", $"'{line}' was answered with '{answer}'");
        return answer.Length > 3 ? answer[3..] : "";
    }

    /// <summary>Sends one line that has to succeed with a number.</summary>
    public ulong Number(string line) => Convert.ToUInt64(Ok(line)[2..], 16);

    /// <summary>Writes a dword of configuration space through the ports.</summary>
    public void WriteConfig(int device, int offset, uint value)
    {
        Ok($"outl 0xcf8 0x{0x80000000u | (uint)(device << 11) | (uint)offset:x}");
        Ok($"outl 0xcfc 0x{value:x}");
    }

    /// <summary>Reads a dword of configuration space through the ports.</summary>
    public uint ReadConfig(int device, int offset)
    {
        Ok($"outl 0xcf8 0x{0x80000000u | (uint)(device << 11) | (uint)offset:x}");
        return (uint)Number("inl 0xcfc");
    }

    /// <summary>The offset of a capability.</summary>
    public int FindCapability(int device, byte id)
    {
        for (var offset = (int)(ReadConfig(device, 0x34) & 0xff); offset != 0; offset = (int)((ReadConfig(device, offset) >> 8) & 0xff))
        {
            if ((ReadConfig(device, offset) & 0xff) == id)
                return offset;
        }

        Assert.Fail($"device {device} has no capability 0x{id:x}");
        return 0;
    }

    public void Dispose() => _machine.Dispose();
}
