using System.Runtime.InteropServices;
using System.Text;
using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>Identify, features, log pages, and every status for bad input.</summary>
[TestClass]
public sealed class AdminCommandTests
{
    [TestMethod]
    public void IdentifyController_DescribesTheController()
    {
        using var driver = Ready(options: new NvmeControllerOptions { SerialNumber = "S1", MaximumTransferBytes = 128 << 10 });
        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.Identify, 1, prp1: page));
        var data = driver.Board.ReadMemory(page, 4096);
        Assert.AreEqual(0x1b36, BitConverter.ToUInt16(data, 0));
        Assert.AreEqual("S1".PadRight(20), Encoding.ASCII.GetString(data, 4, 20));
        Assert.AreEqual("DriverSdk NVMe disk".PadRight(40), Encoding.ASCII.GetString(data, 24, 40));
        Assert.AreEqual(5, data[77], "MDTS");
        Assert.AreEqual(0x0001_0400u, BitConverter.ToUInt32(data, 80), "VER");
        Assert.AreEqual(0x66, data[512], "SQES");
        Assert.AreEqual(0x44, data[513], "CQES");
        Assert.AreEqual(1u, BitConverter.ToUInt32(data, 516), "NN");
        Assert.AreEqual(0b1101, BitConverter.ToUInt16(data, 520), "ONCS");
        Assert.AreEqual(7, data[525], "VWC");
    }

    [TestMethod]
    [DataRow(512, 9)]
    [DataRow(4096, 12)]
    public void IdentifyNamespace_DescribesTheBackend(int blockBytes, int log2)
    {
        using var driver = Ready(new MemoryBackend(77, blockBytes: blockBytes));
        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.Identify, 0, prp1: page, nsid: 1));
        var data = driver.Board.ReadMemory(page, 4096);
        Assert.AreEqual(77ul, BitConverter.ToUInt64(data, 0), "NSZE");
        Assert.AreEqual(77ul, BitConverter.ToUInt64(data, 8), "NCAP");
        Assert.AreEqual(0, data[99], "NSATTR");
        Assert.AreEqual(log2, data[130], "LBADS");
    }

    [TestMethod]
    public void IdentifyNamespace_ReadOnly_SaysWriteProtected()
    {
        using var driver = Ready(new MemoryBackend(8, BackendAccess.ReadOnly));
        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.Identify, 0, prp1: page, nsid: 1));
        Assert.AreEqual(1, driver.Board.ReadMemory(page, 4096)[99]);
    }

    [TestMethod]
    [DataRow(0u, 1u)]
    [DataRow(1u, 0u)]
    [DataRow(7u, 0u)]
    public void IdentifyList_GivesTheIdsAbove(uint above, uint first)
    {
        using var driver = Ready();
        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.Identify, 2, prp1: page, nsid: above));
        Assert.AreEqual(first, driver.Board.ReadMemory<uint>(page));
        Assert.AreEqual(0u, driver.Board.ReadMemory<uint>(page + 4));
    }

    [TestMethod]
    public void IdentifyDescriptors_GiveOneNguid()
    {
        using var driver = Ready();
        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.Identify, 3, prp1: page, nsid: 1));
        var data = driver.Board.ReadMemory(page, 32);
        Assert.AreEqual(2, data[0]);
        Assert.AreEqual(16, data[1]);
        Assert.AreEqual(0, data[20]);
    }

    [TestMethod]
    public void Identify_IntoTwoPages_FollowsPrp2()
    {
        using var driver = Ready();
        var first = driver.Board.Allocate(4096);
        driver.Board.Allocate(4096);
        var second = driver.Board.Allocate(4096);
        var command = new NvmeCommand { Opcode = 6, CommandId = 900, Dword10 = 1, Prp1 = new(first + 2048), Prp2 = new(second) };
        TestDriver.Succeeds(driver.Admin.Run(command));
        Assert.AreEqual(0x1b36, driver.Board.ReadMemory<ushort>(first + 2048));
        Assert.AreEqual(2500, driver.Board.ReadMemory<ushort>(second), "PSD0 begins the structure's second half");
    }

    [TestMethod]
    [DataRow(0u, 0u, NvmeStatusCode.InvalidNamespace)]
    [DataRow(0u, 2u, NvmeStatusCode.InvalidNamespace)]
    [DataRow(0u, 0xffffffffu, NvmeStatusCode.InvalidNamespace)]
    [DataRow(2u, 0xfffffffeu, NvmeStatusCode.InvalidNamespace)]
    [DataRow(3u, 2u, NvmeStatusCode.InvalidNamespace)]
    [DataRow(0x10u, 1u, NvmeStatusCode.InvalidField)]
    public void Identify_WithBadFields_Fails(uint kind, uint nsid, NvmeStatusCode status)
    {
        using var driver = Ready();
        var completion = driver.RunAdmin(AdminOpcode.Identify, kind, prp1: driver.Board.Allocate(4096), nsid: nsid);
        TestDriver.FailsWith(status, completion);
        Assert.IsTrue(completion.Status.DoNotRetry);
        Assert.IsTrue(completion.Status.HasMore);
    }

    [TestMethod]
    public void UnknownOpcodes_AndFusedOrSglCommands_Fail()
    {
        using var driver = Ready();
        TestDriver.FailsWith(NvmeStatusCode.InvalidOpcode, driver.RunAdmin((AdminOpcode)0x7f));
        TestDriver.FailsWith(NvmeStatusCode.InvalidField, driver.Admin.Run(new NvmeCommand { Opcode = 6, Flags = 0x40, CommandId = 500 }));
        TestDriver.FailsWith(NvmeStatusCode.InvalidField, driver.Admin.Run(new NvmeCommand { Opcode = 6, Flags = 1, CommandId = 501 }));
    }

    [TestMethod]
    [DataRow(3u, 3u, 3u, 3u)]
    [DataRow(99u, 2u, 15u, 2u)]
    [DataRow(2u, 99u, 2u, 15u)]
    public void NumberOfQueues_GrantsUpToTheControllersOwn(uint submissions, uint completions, uint grantedSubmissions, uint grantedCompletions)
    {
        using var driver = Ready();
        var set = driver.RunAdmin(AdminOpcode.SetFeatures, 7, submissions | (completions << 16));
        TestDriver.Succeeds(set);
        Assert.AreEqual(grantedSubmissions | (grantedCompletions << 16), set.Result);
        Assert.AreEqual(set.Result, driver.RunAdmin(AdminOpcode.GetFeatures, 7).Result);
    }

    [TestMethod]
    public void NumberOfQueues_WithQueuesOrNonsense_Fails()
    {
        using var driver = Ready();
        TestDriver.FailsWith(NvmeStatusCode.InvalidField, driver.RunAdmin(AdminOpcode.SetFeatures, 7, 0xffff_0000));
        driver.CreateQueue(1, 4, 4);
        TestDriver.FailsWith(NvmeStatusCode.CommandSequenceError, driver.RunAdmin(AdminOpcode.SetFeatures, 7, 0x0001_0001));
    }

    [TestMethod]
    public void Features_KeepTheirValues_UntilAReset()
    {
        using var driver = Ready();
        foreach (var id in (uint[])[1, 5, 6, 8, 10, 11])
        {
            TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.SetFeatures, id, 0x0100 + id));
            Assert.AreEqual(0x0100 + id, driver.RunAdmin(AdminOpcode.GetFeatures, id).Result);
        }

        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.SetFeatures, 9, 0x0001_0005));
        Assert.AreEqual(0x0001_0005u, driver.RunAdmin(AdminOpcode.GetFeatures, 9, 5).Result);
        Assert.AreEqual(6u, driver.RunAdmin(AdminOpcode.GetFeatures, 9, 6).Result);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.SetFeatures, 4, 0x0010_0123));
        Assert.AreEqual(0x123u, driver.RunAdmin(AdminOpcode.GetFeatures, 4, 0x0010_0000).Result);
        Assert.AreEqual(343u, driver.RunAdmin(AdminOpcode.GetFeatures, 4).Result);

        driver.Disable();
        driver.Enable();
        Assert.AreEqual(0u, driver.RunAdmin(AdminOpcode.GetFeatures, 1).Result);
        Assert.AreEqual(1u, driver.RunAdmin(AdminOpcode.GetFeatures, 6).Result);
    }

    [TestMethod]
    [DataRow(AdminOpcode.SetFeatures, 0x8000_0006u, 0u, NvmeStatusCode.FeatureNotSaveable)]
    [DataRow(AdminOpcode.SetFeatures, 3u, 0u, NvmeStatusCode.InvalidField)]
    [DataRow(AdminOpcode.SetFeatures, 0xffu, 0u, NvmeStatusCode.InvalidField)]
    [DataRow(AdminOpcode.SetFeatures, 2u, 1u, NvmeStatusCode.InvalidField)]
    [DataRow(AdminOpcode.SetFeatures, 9u, 99u, NvmeStatusCode.InvalidField)]
    [DataRow(AdminOpcode.GetFeatures, 9u, 99u, NvmeStatusCode.InvalidField)]
    [DataRow(AdminOpcode.GetFeatures, 0x80u, 0u, NvmeStatusCode.InvalidField)]
    [DataRow(AdminOpcode.GetFeatures, 0x106u, 0u, NvmeStatusCode.InvalidField)]
    public void Features_WithBadFields_Fail(AdminOpcode opcode, uint dword10, uint dword11, NvmeStatusCode status)
    {
        using var driver = Ready();
        TestDriver.FailsWith(status, driver.RunAdmin(opcode, dword10, dword11));
    }

    [TestMethod]
    public void SmartLog_CountsWhatHappened()
    {
        var (driver, queue) = TestDriver.Start(new MemoryBackend(4096));
        using var board = driver;
        var data = driver.Board.Allocate(8192);
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Read, blocks: 16, prp1: data, prp2: data + 4096)));
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Write, blocks: 1, prp1: data)));
        driver.Board.Timeline.NowNanoseconds = 2 * 3_600_000_000_000;
        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.GetLogPage, 2 | (127 << 16), prp1: page, nsid: 0xffffffff));
        var log = driver.Board.ReadMemory<SmartLog>(page);
        Assert.AreEqual(300, log.TemperatureKelvin);
        Assert.AreEqual((UInt128)1, log.DataUnitsRead);
        Assert.AreEqual((UInt128)1, log.HostReadCommands);
        Assert.AreEqual((UInt128)1, log.HostWriteCommands);
        Assert.AreEqual((UInt128)2, log.PowerOnHours);
        Assert.AreEqual((UInt128)0, log.ErrorLogEntries);
    }

    [TestMethod]
    public void ErrorLog_HoldsTheNewestErrorFirst_AndTakesAnOffset()
    {
        var (driver, queue) = TestDriver.Start(new MemoryBackend(10));
        using var board = driver;
        var bad = driver.Command(NvmOpcode.Read, block: 11, prp1: driver.Board.Allocate(4096));
        driver.RunAdmin((AdminOpcode)0x7f);
        queue.Run(bad);
        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.GetLogPage, 1 | (31 << 16), prp1: page));
        var newest = driver.Board.ReadMemory<ErrorLogEntry>(page);
        var older = driver.Board.ReadMemory<ErrorLogEntry>(page + 64);
        Assert.AreEqual(2ul, newest.ErrorCount);
        Assert.AreEqual(1, newest.SubmissionQueueId);
        Assert.AreEqual(bad.CommandId, newest.CommandId);
        Assert.AreEqual(11ul, newest.StartBlock);
        Assert.AreEqual(NvmeStatusCode.LbaOutOfRange, new NvmeStatus((ushort)(newest.StatusAndPhase >> 1)).Code);
        Assert.AreEqual(1ul, older.ErrorCount);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.GetLogPage, 1 | (15 << 16), prp1: page + 1024, dword12: 64));
        Assert.AreEqual(older, driver.Board.ReadMemory<ErrorLogEntry>(page + 1024), EqualBytes);
    }

    [TestMethod]
    public void ErrorLog_KeepsTheNewestSixtyFour()
    {
        using var driver = Ready();
        for (var i = 0; i < 70; i++)
            driver.RunAdmin((AdminOpcode)0x7f);
        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.GetLogPage, 1 | (1023 << 16), prp1: page));
        Assert.AreEqual(70ul, driver.Board.ReadMemory<ulong>(page));
        Assert.AreEqual(7ul, driver.Board.ReadMemory<ulong>(page + (63 * 64)));
    }

    [TestMethod]
    public void FirmwareLog_NamesSlotOne()
    {
        using var driver = Ready();
        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.GetLogPage, 3 | (127 << 16), prp1: page));
        Assert.AreEqual(1, driver.Board.ReadMemory<byte>(page));
        Assert.AreEqual("1.0     ", Encoding.ASCII.GetString(driver.Board.ReadMemory(page + 8, 8)));
    }

    [TestMethod]
    [DataRow(0x7fu, 0u, 0u, NvmeStatusCode.InvalidLogPage)]
    [DataRow(2u, 1u, 0u, NvmeStatusCode.InvalidField)]
    [DataRow(2u, 0u, 2u, NvmeStatusCode.InvalidField)]
    [DataRow(2u, 0u, 516u, NvmeStatusCode.InvalidField)]
    public void GetLogPage_WithBadFields_Fails(uint id, uint nsid, uint offset, NvmeStatusCode status)
    {
        using var driver = Ready();
        TestDriver.FailsWith(status, driver.RunAdmin(AdminOpcode.GetLogPage, id | (7 << 16), prp1: driver.Board.Allocate(4096), nsid: nsid, dword12: offset));
    }

    [TestMethod]
    public void AdminData_ToAPageThatFaults_IsADataTransferError()
    {
        using var driver = Ready();
        var page = driver.Board.Allocate(4096);
        driver.Board.Remapper.Block(page);
        var completion = driver.RunAdmin(AdminOpcode.Identify, 1, prp1: page);
        TestDriver.FailsWith(NvmeStatusCode.DataTransferError, completion);
        Assert.IsFalse(completion.Status.DoNotRetry);
        Assert.AreEqual(1L, driver.Statistics.DmaErrors);
        Assert.AreEqual(TestDriver.Ready, driver.Status);
    }

    private static IEqualityComparer<ErrorLogEntry> EqualBytes { get; } = EqualityComparer<ErrorLogEntry>.Create(
        (left, right) => MemoryMarshal.AsBytes(new ReadOnlySpan<ErrorLogEntry>(in left)).SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<ErrorLogEntry>(in right))));

    private static TestDriver Ready(INvmeBackend? backend = null, NvmeControllerOptions? options = null)
    {
        var driver = new TestDriver(backend, options);
        driver.Enable();
        return driver;
    }
}
