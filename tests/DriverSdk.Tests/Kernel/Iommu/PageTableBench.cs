using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.PageTables;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Iommu;

namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>A page-table writer alone: RAM for its tables, pages that are counted and poisoned when given back, and a flush that frees and nothing else.</summary>
internal sealed class PageTableBench<TFormat> : ITablePages, IIotlbFlusher, IDisposable
    where TFormat : struct, IPageTableFormat<TFormat>
{
    public const ulong Page = 4096;
    private readonly HashSet<PhysAddr> _live = [];
    private readonly Stack<PhysAddr> _free = new();
    private ulong _next = 0x10_0000;

    public PageTableBench(int levels, LargePages largePages = LargePages.Size2M | LargePages.Size1G, PageTableOptions options = default, Action<PhysicalMemory>? ready = null)
    {
        ready?.Invoke(Ram);
        Limits = new PageTableLimits(52, largePages);
        Caches = options.Caches;
        Assert.IsTrue(TryAllocate(out var root));
        Table = new PageTable<TFormat>(Ram, this, this, Limits, levels, root, options);
    }

    public PhysicalMemory Ram { get; } = new(new MemoryLayout(64UL << 20));

    public PageTableLimits Limits { get; }

    public PageTable<TFormat> Table { get; }

    public DriverSdk.Contract.Ports.ICpuCaches? Caches { get; }

    /// <summary>Pages still to be had.</summary>
    public int PagesLeft { get; set; } = int.MaxValue;

    /// <summary>Called with each page as it is given back, before it is poisoned.</summary>
    public Action<PhysAddr>? OnFree { get; set; }

    public int FlushCount { get; private set; }

    public int LiveTables => _live.Count;

    public bool IsLive(PhysAddr table) => _live.Contains(table);

    public Errno Map(ulong start, ulong target, ulong lengthBytes, IommuAccess access = IommuAccess.ReadWrite)
    {
        var gather = default(IotlbGather);
        var error = Table.Map(new Iova(start), new PhysAddr(target), lengthBytes, access, ref gather, out var mapped);
        Assert.IsTrue(error.IsError ? mapped < lengthBytes || lengthBytes == 0 : mapped == lengthBytes);
        if (error.IsError && mapped != 0)
            Assert.AreEqual(mapped, Table.Unmap(new Iova(start), mapped, ref gather));
        Flush(ref gather);
        return error;
    }

    public void ShouldMap(ulong start, ulong target, ulong lengthBytes, string where = "") =>
        Assert.AreEqual(Errno.Success, Map(start, target, lengthBytes), $"{where} 0x{start:x} -> 0x{target:x}, 0x{lengthBytes:x} bytes");

    public ulong Unmap(ulong start, ulong lengthBytes)
    {
        var gather = default(IotlbGather);
        var unmapped = Table.Unmap(new Iova(start), lengthBytes, ref gather);
        Flush(ref gather);
        return unmapped;
    }

    public void ShouldLead(ulong start, ulong target, ulong lengthBytes, string where = "")
    {
        for (ulong offset = 0; offset < lengthBytes; offset += Page)
        {
            if (!Table.TryTranslate(new Iova(start + offset), out var physical) || physical.Value != target + offset)
                Assert.Fail($"{where} 0x{start + offset:x} leads to {physical} and not to 0x{target + offset:x}");
        }
    }

    public bool TryAllocate(out PhysAddr page)
    {
        page = default;
        if (PagesLeft-- <= 0)
            return false;
        if (!_free.TryPop(out page))
        {
            page = new PhysAddr(_next);
            _next += Page;
        }

        Ram.Span(page, (int)Page).Clear();
        Caches?.WriteBack(page, Page);
        return _live.Add(page);
    }

    public void Free(PhysAddr page)
    {
        OnFree?.Invoke(page);
        Assert.IsTrue(_live.Remove(page), $"{page} is given back twice");
        Ram.Span(page, (int)Page).Fill(0xff);
        _free.Push(page);
    }

    public void Flush(ref IotlbGather gather)
    {
        if (!gather.IsEmpty)
            FlushCount++;
        for (var index = 0; index < gather.TableCount; index++)
            Free(gather.TableAt(index));
        gather = default;
    }

    /// <summary>Gives the tables back and looks that none is left.</summary>
    public void Dispose()
    {
        Table.FreeAll();
        Assert.AreEqual(0, LiveTables, "a table leaked");
        Ram.Dispose();
    }
}
