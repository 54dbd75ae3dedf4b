using DriverSdk.Contract.Addressing;
using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>The smallest driver: raw RAM, raw registers, no kernel. Its numbers are the standard's, written a second time.</summary>
internal sealed class TestDriver : IDisposable
{
    public const int Cc = 0x14;
    public const int Csts = 0x1c;
    public const uint Ready = 1;
    public const uint Fatal = 2;
    public const uint EnableValue = 0x0046_0001;

    private readonly int _strideBytes;
    private ushort _nextCommandId;

    public TestDriver(INvmeBackend? backend = null, NvmeControllerOptions? options = null)
    {
        Board = new TestBoard(backend ?? new MemoryBackend(1024), options);
        _strideBytes = options?.DoorbellStrideBytes ?? 4;
        Admin = new TestQueue(Board, 0, 8, 8, _strideBytes);
    }

    public TestBoard Board { get; }

    public TestQueue Admin { get; private set; }

    public NvmeController Controller => Board.Controller;

    public NvmeStatistics Statistics => Board.Controller.Statistics;

    public uint Status => Board.Read32(Csts);

    /// <summary>A controller that is ready, with one I/O queue pair of this many entries.</summary>
    public static (TestDriver Driver, TestQueue Queue) Start(INvmeBackend? backend = null, NvmeControllerOptions? options = null, int entries = 16)
    {
        var driver = new TestDriver(backend, options);
        driver.Enable();
        return (driver, driver.CreateQueue(1, entries, entries));
    }

    public void Enable(uint configuration = EnableValue, int entries = 8)
    {
        Admin = new TestQueue(Board, 0, entries, entries, _strideBytes);
        Board.Write32(0x24, (uint)((entries - 1) | ((entries - 1) << 16)));
        Board.Write64(0x28, Admin.Submissions);
        Board.Write64(0x30, Admin.Completions);
        Board.Write32(Cc, configuration);
    }

    public void Disable() => Board.Write32(Cc, EnableValue & ~1u);

    public ushort NextId() => _nextCommandId++;

    public NvmeCompletion RunAdmin(AdminOpcode opcode, uint dword10 = 0, uint dword11 = 0, ulong prp1 = 0, uint nsid = 0, uint dword12 = 0) =>
        Admin.Run(new NvmeCommand
        {
            Opcode = (byte)opcode,
            CommandId = NextId(),
            NamespaceId = nsid,
            Prp1 = new Iova(prp1),
            Dword10 = dword10,
            Dword11 = dword11,
            Dword12 = dword12,
        });

    public TestQueue CreateQueue(int id, int submissionEntries, int completionEntries, int? vector = null)
    {
        var queue = new TestQueue(Board, id, submissionEntries, completionEntries, _strideBytes);
        Succeeds(CreateCompletionQueue(id, completionEntries, queue.Completions, vector));
        Succeeds(CreateSubmissionQueue(id, id, submissionEntries, queue.Submissions));
        return queue;
    }

    public NvmeCompletion CreateCompletionQueue(int id, int entries, ulong memory, int? vector = null) => RunAdmin(
        AdminOpcode.CreateCompletionQueue, (uint)(id | ((entries - 1) << 16)), 1u | (vector is { } number ? 2u | ((uint)number << 16) : 0), memory);

    public NvmeCompletion CreateSubmissionQueue(int id, int completionsId, int entries, ulong memory) => RunAdmin(
        AdminOpcode.CreateSubmissionQueue, (uint)(id | ((entries - 1) << 16)), 1u | ((uint)completionsId << 16), memory);

    public NvmeCommand Command(NvmOpcode opcode, ulong block = 0, int blocks = 1, ulong prp1 = 0, ulong prp2 = 0) => new()
    {
        Opcode = (byte)opcode,
        CommandId = NextId(),
        NamespaceId = 1,
        Prp1 = new Iova(prp1),
        Prp2 = new Iova(prp2),
        Dword10 = (uint)block,
        Dword11 = (uint)(block >> 32),
        Dword12 = (uint)(blocks - 1),
    };

    public static void Succeeds(NvmeCompletion completion) => FailsWith(NvmeStatusCode.Success, completion);

    public static void FailsWith(NvmeStatusCode code, NvmeCompletion completion) => Assert.AreEqual(code, completion.Status.Code, completion.Status.ToString());

    public void Dispose() => Board.Dispose();
}
