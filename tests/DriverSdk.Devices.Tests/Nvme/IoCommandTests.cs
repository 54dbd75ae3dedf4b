using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>Read, Write, Compare, Flush, Write Zeroes and Dataset Management, with every status.</summary>
[TestClass]
public sealed class IoCommandTests
{
    [TestMethod]
    [DataRow(512)]
    [DataRow(4096)]
    public void WriteThenRead_GivesTheSameBytes(int blockBytes)
    {
        var backend = new MemoryBackend(64, blockBytes: blockBytes);
        var (driver, queue) = TestDriver.Start(backend);
        using var board = driver;
        var source = Pattern(driver, 4096, seed: 1);
        var target = driver.Board.Allocate(4096);
        var blocks = 4096 / blockBytes;

        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Write, 7, blocks, source)));
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Read, 7, blocks, target)));

        CollectionAssert.AreEqual(driver.Board.ReadMemory(source, 4096), driver.Board.ReadMemory(target, 4096));
        CollectionAssert.AreEqual(driver.Board.ReadMemory(source, 4096), backend.Bytes.Slice(7 * blockBytes, 4096).ToArray());
        Assert.AreEqual(4096L, driver.Statistics.BytesRead);
        Assert.AreEqual(4096L, driver.Statistics.BytesWritten);
        Assert.AreEqual(1L, driver.Statistics.CommandsOf(NvmOpcode.Read));
    }

    [TestMethod]
    [DataRow(NvmOpcode.Read, 10ul, 1, 1u, NvmeStatusCode.LbaOutOfRange)]
    [DataRow(NvmOpcode.Read, 8ul, 3, 1u, NvmeStatusCode.LbaOutOfRange)]
    [DataRow(NvmOpcode.Read, ulong.MaxValue, 2, 1u, NvmeStatusCode.LbaOutOfRange)]
    [DataRow(NvmOpcode.Write, 10ul, 1, 1u, NvmeStatusCode.LbaOutOfRange)]
    [DataRow(NvmOpcode.Compare, 10ul, 1, 1u, NvmeStatusCode.LbaOutOfRange)]
    [DataRow(NvmOpcode.WriteZeroes, 9ul, 2, 1u, NvmeStatusCode.LbaOutOfRange)]
    [DataRow(NvmOpcode.Read, 0ul, 1, 0u, NvmeStatusCode.InvalidNamespace)]
    [DataRow(NvmOpcode.Read, 0ul, 1, 0xffffffffu, NvmeStatusCode.InvalidNamespace)]
    [DataRow(NvmOpcode.Write, 0ul, 1, 2u, NvmeStatusCode.InvalidNamespace)]
    [DataRow(NvmOpcode.Compare, 0ul, 1, 2u, NvmeStatusCode.InvalidNamespace)]
    [DataRow(NvmOpcode.WriteZeroes, 0ul, 1, 2u, NvmeStatusCode.InvalidNamespace)]
    [DataRow(NvmOpcode.Flush, 0ul, 1, 2u, NvmeStatusCode.InvalidNamespace)]
    [DataRow(NvmOpcode.DatasetManagement, 0ul, 1, 2u, NvmeStatusCode.InvalidNamespace)]
    [DataRow(NvmOpcode.Read, 0ul, 9, 1u, NvmeStatusCode.InvalidField)]
    [DataRow(NvmOpcode.Write, 0ul, 9, 1u, NvmeStatusCode.InvalidField)]
    [DataRow((NvmOpcode)0x7f, 0ul, 1, 1u, NvmeStatusCode.InvalidOpcode)]
    public void BadFields_Fail_AndAreNotToBeRetried(NvmOpcode opcode, ulong block, int blocks, uint nsid, NvmeStatusCode status)
    {
        var (driver, queue) = TestDriver.Start(new MemoryBackend(10), new NvmeControllerOptions { MaximumTransferBytes = 4096 });
        using var board = driver;
        var page = driver.Board.Allocate(8192);
        var completion = queue.Run(driver.Command(opcode, block, blocks, page, page + 4096) with { NamespaceId = nsid });
        TestDriver.FailsWith(status, completion);
        Assert.IsTrue(completion.Status.DoNotRetry);
        Assert.AreEqual(0L, driver.Statistics.BytesRead + driver.Statistics.BytesWritten);
    }

    [TestMethod]
    public void SglAndFusedCommands_Fail()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        TestDriver.FailsWith(NvmeStatusCode.InvalidField, queue.Run(driver.Command(NvmOpcode.Flush) with { Flags = 0x40 }));
        TestDriver.FailsWith(NvmeStatusCode.InvalidField, queue.Run(driver.Command(NvmOpcode.Flush) with { Flags = 2 }));
    }

    [TestMethod]
    public void Flush_TakesTheNamespaceOrAll()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Flush)));
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Flush) with { NamespaceId = 0xffffffff }));
    }

    [TestMethod]
    [DataRow(1u, 0u, 0L)]
    [DataRow(1u, 1u << 30, 1L)]
    [DataRow(0u, 0u, 1L)]
    public void Write_IsDurableAtOnce_WithForceUnitAccessOrWithoutCache(uint cache, uint forceUnitAccess, long flushes)
    {
        var backend = new CountingBackend(new MemoryBackend(8));
        var (driver, queue) = TestDriver.Start(backend);
        using var board = driver;
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.SetFeatures, 6, cache));
        var command = driver.Command(NvmOpcode.Write, prp1: driver.Board.Allocate(4096));
        command.Dword12 |= forceUnitAccess;
        TestDriver.Succeeds(queue.Run(command));
        Assert.AreEqual(flushes, backend.Flushes);
    }

    [TestMethod]
    public void Compare_TellsEqualFromDifferent()
    {
        var backend = new MemoryBackend(32);
        var (driver, queue) = TestDriver.Start(backend);
        using var board = driver;
        var source = Pattern(driver, 8192, seed: 2);
        driver.Board.ReadMemory(source, 8192).CopyTo(backend.Bytes);
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Compare, 0, 16, source, source + 4096)));
        backend.Bytes[8191] ^= 1;
        TestDriver.FailsWith(NvmeStatusCode.CompareFailure, queue.Run(driver.Command(NvmOpcode.Compare, 0, 16, source, source + 4096)));
    }

    [TestMethod]
    public void WriteZeroes_ClearsItsBlocksOnly_PastTheGreatestTransfer()
    {
        var backend = new MemoryBackend(64);
        backend.Bytes.Fill(0xee);
        var (driver, queue) = TestDriver.Start(backend, new NvmeControllerOptions { MaximumTransferBytes = 4096 });
        using var board = driver;
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.WriteZeroes, 10, 20)));
        Assert.AreEqual(-1, backend.Bytes.Slice(10 * 512, 20 * 512).IndexOfAnyExcept((byte)0));
        Assert.AreEqual(0xee, backend.Bytes[(10 * 512) - 1]);
        Assert.AreEqual(0xee, backend.Bytes[30 * 512]);
    }

    [TestMethod]
    public void DatasetManagement_DeallocatesEveryRange_AndReadsZero()
    {
        var backend = new MemoryBackend(64);
        backend.Bytes.Fill(0xee);
        var (driver, queue) = TestDriver.Start(backend);
        using var board = driver;
        var list = driver.Board.Allocate(4096);
        driver.Board.WriteMemory(list, new DatasetRange { StartBlock = 3, BlockCount = 2 });
        driver.Board.WriteMemory(list + 16, new DatasetRange { StartBlock = 60, BlockCount = 4 });
        TestDriver.Succeeds(queue.Run(Dataset(driver, list, ranges: 2, attributes: 0)));
        Assert.AreEqual(0xee, backend.Bytes[3 * 512], "without the attribute it is only a hint");
        TestDriver.Succeeds(queue.Run(Dataset(driver, list, ranges: 2, attributes: 4)));
        Assert.AreEqual(-1, backend.Bytes.Slice(3 * 512, 1024).IndexOfAnyExcept((byte)0));
        Assert.AreEqual(-1, backend.Bytes[(60 * 512)..].IndexOfAnyExcept((byte)0));
        Assert.AreEqual(0xee, backend.Bytes[5 * 512]);
    }

    [TestMethod]
    public void DatasetManagement_WithOneBadRange_ChangesNothing()
    {
        var backend = new MemoryBackend(64);
        backend.Bytes.Fill(0xee);
        var (driver, queue) = TestDriver.Start(backend);
        using var board = driver;
        var list = driver.Board.Allocate(4096);
        driver.Board.WriteMemory(list, new DatasetRange { StartBlock = 0, BlockCount = 2 });
        driver.Board.WriteMemory(list + 16, new DatasetRange { StartBlock = 60, BlockCount = 5 });
        TestDriver.FailsWith(NvmeStatusCode.LbaOutOfRange, queue.Run(Dataset(driver, list, ranges: 2, attributes: 4)));
        Assert.AreEqual(0xee, backend.Bytes[0]);
    }

    [TestMethod]
    [DataRow(NvmOpcode.Write)]
    [DataRow(NvmOpcode.WriteZeroes)]
    [DataRow(NvmOpcode.DatasetManagement)]
    public void ReadOnlyNamespace_RefusesWrites(NvmOpcode opcode)
    {
        var (driver, queue) = TestDriver.Start(new MemoryBackend(8, BackendAccess.ReadOnly));
        using var board = driver;
        var page = driver.Board.Allocate(4096);
        var command = driver.Command(opcode, prp1: page);
        if (opcode == NvmOpcode.DatasetManagement)
            command.Dword11 = 4;
        var completion = queue.Run(command);
        TestDriver.FailsWith(NvmeStatusCode.NamespaceWriteProtected, completion);
        Assert.IsTrue(completion.Status.DoNotRetry);
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Read, prp1: page)));
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Flush)));
    }

    [TestMethod]
    [DataRow(NvmOpcode.Read, NvmeStatusCode.UnrecoveredReadError)]
    [DataRow(NvmOpcode.Compare, NvmeStatusCode.UnrecoveredReadError)]
    [DataRow(NvmOpcode.Write, NvmeStatusCode.WriteFault)]
    [DataRow(NvmOpcode.WriteZeroes, NvmeStatusCode.WriteFault)]
    public void BadSpotOfTheMedium_IsAMediaError(NvmOpcode opcode, NvmeStatusCode status)
    {
        var (driver, queue) = TestDriver.Start(new FailingBackend(new MemoryBackend(8), 1000));
        using var board = driver;
        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(queue.Run(driver.Command(opcode, 2, 1, page)));
        var completion = queue.Run(driver.Command(opcode, 1, 1, page));
        TestDriver.FailsWith(status, completion);
        Assert.AreEqual(2, completion.Status.CodeType);
        Assert.AreEqual(1L, driver.Statistics.MediaErrors);
    }

    [TestMethod]
    public void CorruptingBackend_ChangesOneByteOfWhatIsRead()
    {
        var (driver, queue) = TestDriver.Start(new CorruptingBackend(new MemoryBackend(8), 700));
        using var board = driver;
        var page = driver.Board.Allocate(4096);
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Read, 0, 8, page)));
        var bytes = driver.Board.ReadMemory(page, 4096);
        Assert.AreNotEqual(0, bytes[700]);
        Assert.AreEqual(4095, bytes.Count(value => value == 0));
    }

    [TestMethod]
    [DataRow(NvmOpcode.Read)]
    [DataRow(NvmOpcode.Write)]
    public void DataThatFaults_IsADataTransferError_WithTheBytesBefore(NvmOpcode opcode)
    {
        var backend = new MemoryBackend(64);
        backend.Bytes.Fill(0x11);
        var (driver, queue) = TestDriver.Start(backend);
        using var board = driver;
        var buffer = Pattern(driver, 8192, seed: 3);
        driver.Board.Remapper.Block(buffer + 4096);
        var before = driver.Board.ReadMemory(buffer, 8192);
        var completion = queue.Run(driver.Command(opcode, 0, 16, buffer, buffer + 4096));
        TestDriver.FailsWith(NvmeStatusCode.DataTransferError, completion);
        Assert.IsFalse(completion.Status.DoNotRetry);
        Assert.AreEqual(1L, driver.Statistics.DmaErrors);
        CollectionAssert.AreEqual(before[4096..], driver.Board.ReadMemory(buffer + 4096, 4096), "the blocked page is untouched");
        Assert.AreEqual(TestDriver.Ready, driver.Status, "a data fault is not fatal");
        driver.Board.Remapper.Unblock(buffer + 4096);
        TestDriver.Succeeds(queue.Run(driver.Command(opcode, 0, 16, buffer, buffer + 4096)));
    }

    [TestMethod]
    public void ConsecutivePages_AreOneAccessOfTheMedium()
    {
        const int Megabyte = 1 << 20;
        var backend = new MemoryBackend(4096);
        var (driver, queue) = TestDriver.Start(backend);
        using var board = driver;
        var buffer = driver.Board.Allocate(Megabyte);
        var list = driver.Board.Allocate(4096);
        for (var page = 1; page < 256; page++)
            driver.Board.WriteMemory(list + (ulong)((page - 1) * 8), buffer + (ulong)(page * 4096));
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Read, 0, 2048, buffer, list)));
        Assert.AreEqual(1L, driver.Statistics.MediumAccesses);
        Assert.AreEqual(Megabyte, driver.Statistics.BytesRead);
    }

    [TestMethod]
    public void ScatteredMemory_BehindConsecutiveAddresses_IsOneTransferInSeveralRuns()
    {
        var backend = new MemoryBackend(64);
        new Random(6).NextBytes(backend.Bytes);
        var (driver, queue) = TestDriver.Start(backend);
        using var board = driver;
        const ulong Window = 0x10_0000_0000;
        var memory = driver.Board.Allocate(4 * 4096);
        // Pages 2, 3, 0, 1 of memory: two runs.
        for (var page = 0ul; page < 4; page++)
            driver.Board.Remapper.Move(Window + (page * 4096), memory + (((page + 2) % 4) * 4096));
        var list = driver.Board.Allocate(4096);
        for (var page = 1ul; page < 4; page++)
            driver.Board.WriteMemory(list + ((page - 1) * 8), Window + (page * 4096));

        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Read, 0, 32, Window, list)));

        Assert.AreEqual(2L, driver.Statistics.MediumAccesses);
        CollectionAssert.AreEqual(backend.Bytes[..8192].ToArray(), driver.Board.ReadMemory(memory + 8192, 8192));
        CollectionAssert.AreEqual(backend.Bytes.Slice(8192, 8192).ToArray(), driver.Board.ReadMemory(memory, 8192));
    }

    [TestMethod]
    public void Commands_AllocateNothing_InSteadyState()
    {
        var (driver, queue) = TestDriver.Start(new MemoryBackend(64));
        using var board = driver;
        var page = driver.Board.Allocate(8192);
        var read = driver.Command(NvmOpcode.Read, 0, 16, page, page + 4096);
        for (var i = 0; i < 100; i++)
            queue.Run(read);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            queue.Put(read);
            queue.RingTail();
            queue.TryTake(out _);
            queue.RingHead();
        }

        Assert.AreEqual(0L, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static NvmeCommand Dataset(TestDriver driver, ulong list, int ranges, uint attributes) =>
        driver.Command(NvmOpcode.DatasetManagement, prp1: list) with { Dword10 = (uint)ranges - 1, Dword11 = attributes, Dword12 = 0 };

    private static ulong Pattern(TestDriver driver, int lengthBytes, int seed)
    {
        var bytes = new byte[lengthBytes];
        new Random(seed).NextBytes(bytes);
        var address = driver.Board.Allocate(lengthBytes);
        driver.Board.WriteMemory(address, bytes);
        return address;
    }
}
