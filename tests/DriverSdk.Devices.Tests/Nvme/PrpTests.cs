using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>Every shape of a command's data in memory.</summary>
[TestClass]
public sealed class PrpTests
{
    private const int MediumBlocks = 1024;

    [TestMethod]
    [DataRow(0u, 4096)]
    [DataRow(1u, 8192)]
    [DataRow(4u, 65536)]
    public void RandomShapes_LandWhereTheNaiveWalkSays(uint pageShift, int pageBytes)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var backend = new MemoryBackend(MediumBlocks);
        random.NextBytes(backend.Bytes);
        using var driver = new TestDriver(backend);
        driver.Board.PageBytes = pageBytes;
        driver.Enable(TestDriver.EnableValue | (pageShift << 7));
        Assert.AreEqual(TestDriver.Ready, driver.Status, $"seed {seed}");
        var queue = driver.CreateQueue(1, 16, 16);
        var pool = driver.Board.Allocate(pageBytes * 300);
        for (var round = 0; round < 60; round++)
            CheckOneShape(driver, queue, backend, random, pool, pageBytes, $"seed {seed}, page {pageBytes}, round {round}");
    }

    [TestMethod]
    [DataRow(2ul, 0ul, DisplayName = "PRP1 not at a dword")]
    [DataRow(0ul, 512ul, DisplayName = "PRP2 with an offset, as a page")]
    public void TwoPages_WithBadOffsets_Fail(ulong offset1, ulong offset2)
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        var buffer = driver.Board.Allocate(12288);
        var completion = queue.Run(driver.Command(NvmOpcode.Read, 0, 16, buffer + offset1, buffer + 4096 + offset2));
        TestDriver.FailsWith(NvmeStatusCode.PrpOffsetInvalid, completion);
        Assert.IsTrue(completion.Status.DoNotRetry);
        Assert.AreEqual(0L, driver.Statistics.MediumAccesses);
    }

    [TestMethod]
    [DataRow(4ul, 0ul, 0ul, DisplayName = "list not at a qword")]
    [DataRow(0ul, 8ul, 0ul, DisplayName = "entry with an offset")]
    [DataRow(4080ul, 0ul, 8ul, DisplayName = "chained list not at a page")]
    public void Lists_WithBadOffsets_Fail_BeforeAnyDataMoves(ulong listOffset, ulong entryOffset, ulong chainOffset)
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        var buffer = driver.Board.Allocate(16384);
        var lists = driver.Board.Allocate(8192);
        var chained = driver.Board.Allocate(4096);
        driver.Board.WriteMemory((lists + listOffset) & ~7ul, buffer + 4096);
        driver.Board.WriteMemory(((lists + listOffset) & ~7ul) + 8, chainOffset == 0 ? buffer + 8192 + entryOffset : chained + chainOffset);
        var completion = queue.Run(driver.Command(NvmOpcode.Read, 0, chainOffset == 0 ? 24 : 32, buffer, lists + listOffset));
        TestDriver.FailsWith(NvmeStatusCode.PrpOffsetInvalid, completion);
        Assert.AreEqual(0L, driver.Statistics.MediumAccesses);
    }

    [TestMethod]
    public void ListThatFaults_IsADataTransferError()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        var buffer = driver.Board.Allocate(12288);
        var list = driver.Board.Allocate(4096);
        driver.Board.Remapper.Block(list);
        TestDriver.FailsWith(NvmeStatusCode.DataTransferError, queue.Run(driver.Command(NvmOpcode.Read, 0, 24, buffer, list)));
        Assert.AreEqual(TestDriver.Ready, driver.Status);
    }

    [TestMethod]
    [DataRow(0xffff_ffff_ffff_f000ul)]
    [DataRow(0xffff_ffff_ffff_fffcul)]
    [DataRow(0x0000_0000_fee0_0000ul)]
    public void AddressesWithoutMemory_AreADataTransferError(ulong address)
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        TestDriver.FailsWith(NvmeStatusCode.DataTransferError, queue.Run(driver.Command(NvmOpcode.Read, 0, 16, address, 0xffff_ffff_ffff_f000)));
        TestDriver.FailsWith(NvmeStatusCode.DataTransferError, queue.Run(driver.Command(NvmOpcode.Read, 0, 32, address, 0xffff_ffff_ffff_fff8)));
    }

    private static void CheckOneShape(TestDriver driver, TestQueue queue, MemoryBackend backend, Random random, ulong pool, int pageBytes, string where)
    {
        var lengthBlocks = random.Next(1, (random.Next(4) == 0 ? MediumBlocks : 64) + 1);
        var lengthBytes = lengthBlocks * 512;
        var offset = random.Next(3) == 0 ? 0 : random.Next(pageBytes / 4) * 4;
        var pageCount = (offset + lengthBytes + pageBytes - 1) / pageBytes;
        var pages = ChoosePages(random, pool, pageBytes, pageCount);
        var prp1 = pages[0] + (ulong)offset;
        var prp2 = pageCount == 1 ? 0xbad : pageCount == 2 ? pages[1] : WriteLists(driver, random, pool, pageBytes, pages);
        var block = random.Next(MediumBlocks - lengthBlocks + 1);

        var addresses = NaivePrps.AddressesOf(driver.Board, prp1, prp2, lengthBytes, (ulong)pageBytes);
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Read, (ulong)block, lengthBlocks, prp1, prp2)));

        var medium = backend.Bytes.Slice(block * 512, lengthBytes);
        for (var i = 0; i < lengthBytes; i += 4)
            Assert.AreEqual(BitConverter.ToUInt32(medium[i..]), driver.Board.ReadMemory<uint>(addresses[i]), $"byte {i} of {lengthBytes}; {where}");

        random.NextBytes(medium);
        var expected = addresses.Select(address => driver.Board.ReadMemory<byte>(address)).ToArray();
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Write, (ulong)block, lengthBlocks, prp1, prp2)));
        Assert.IsTrue(backend.Bytes.Slice(block * 512, lengthBytes).SequenceEqual(expected), where);
    }

    // Distinct pages out of the first 260 of the pool; runs of neighbours are common, so that joining happens.
    private static ulong[] ChoosePages(Random random, ulong pool, int pageBytes, int count)
    {
        var order = Enumerable.Range(0, 260).ToArray();
        for (var swap = random.Next(40); swap > 0; swap--)
        {
            var (left, right) = (random.Next(260), random.Next(260));
            (order[left], order[right]) = (order[right], order[left]);
        }

        return [.. order.Take(count).Select(number => pool + ((ulong)number * (ulong)pageBytes))];
    }

    // The lists live in the pool's last 40 pages, the first at a random entry, often near the page's end so that lists chain.
    private static ulong WriteLists(TestDriver driver, Random random, ulong pool, int pageBytes, ulong[] pages)
    {
        var slots = pageBytes / 8;
        var slot = random.Next(2) == 0 ? slots - random.Next(1, Math.Min(slots, 6)) : random.Next(slots);
        var list = pool + ((ulong)random.Next(260, 280) * (ulong)pageBytes);
        var next = pool + (ulong)(280 * pageBytes);
        var first = list + (ulong)(slot * 8);
        for (var i = 1; i < pages.Length; i++)
        {
            if (slot == slots - 1 && i < pages.Length - 1)
            {
                driver.Board.WriteMemory(list + (ulong)(slot * 8), next);
                list = next;
                next += (ulong)pageBytes;
                slot = 0;
            }

            driver.Board.WriteMemory(list + (ulong)(slot++ * 8), pages[i]);
        }

        return first;
    }
}
