using DriverSdk.Analyzers.Rules.Lifetime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace DriverSdk.Analyzers.Tests.Rules.Lifetime;

[TestClass]
public sealed class MemoryFreedWhileMappedTests
{
    private static Task Verify(string members, params DiagnosticResult[] expected) => Nic.VerifyAsync<MemoryFreedWhileMappedAnalyzer>(members, expected);

    [TestMethod]
    public Task FreedWhileMapped_IsReportedAtTheFree_WithTheMapping() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = {|#1:MapSingle(_device, buffer.Address, 64, Dir)|};
            if (MappingError(_device, handle)) return;
            {|#0:_memory.Kfree(buffer)|};
            UnmapSingle(_device, handle, 64, Dir);
        }
        """, new DiagnosticResult("DRV1002", DiagnosticSeverity.Warning).WithLocation(0).WithLocation(1)
            .WithMessage("'KernelMemory.Kfree' frees memory that the mapping made by 'DmaRaw.MapSingle' still gives to the device"));

    [TestMethod]
    public Task FreedAfterUnmap_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            UnmapSingle(_device, handle, 64, Dir);
            _memory.Kfree(buffer);
        }
        """);

    [TestMethod]
    public Task FreedOnTheErrorPath_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            if (MappingError(_device, handle)) { _memory.Kfree(buffer); return; }
            UnmapSingle(_device, handle, 64, Dir);
            _memory.Kfree(buffer);
        }
        """);

    [TestMethod]
    public Task FreedOnTheWrongBranch_IsReported() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            if (!MappingError(_device, handle)) { [|_memory.Kfree(buffer)|]; return; }
            _memory.Kfree(buffer);
        }
        """);

    [TestMethod]
    public Task OtherMemory_IsSilent() => Verify("""
        void Send(KernelBuffer a, KernelBuffer b)
        {
            var handle = MapSingle(_device, a.Address, 64, Dir);
            _memory.Kfree(b);
            UnmapSingle(_device, handle, 64, Dir);
            _memory.Kfree(a);
        }
        """);

    [TestMethod]
    public Task Loan_FreedWhileLent_IsReported() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return;
            [|_memory.Kfree(buffer)|];
            loan.Unmap();
        }
        """);

    [TestMethod]
    public Task Loan_FreedWhenNotMapped_IsSilent() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) { _memory.Kfree(buffer); return; }
            loan.Unmap();
            _memory.Kfree(buffer);
        }
        """);

    [TestMethod]
    public Task Scope_FreedInside_IsReported() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return;
            using (var scope = loan.AsScope()) [|_memory.Kfree(buffer)|];
        }
        """);

    [TestMethod]
    public Task Scope_FreedAfter_IsSilent() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return;
            using (var scope = loan.AsScope()) Touch();
            _memory.Kfree(buffer);
        }
        """);

    [TestMethod]
    public Task AllocatedHere_IsReported() => Verify("""
        void Send()
        {
            var buffer = _memory.Kmalloc(64, _gfp);
            if (buffer.IsNull) return;
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            if (!IsReady()) { [|_memory.Kfree(buffer)|]; UnmapSingle(_device, handle, 64, Dir); return; }
            UnmapSingle(_device, handle, 64, Dir);
            _memory.Kfree(buffer);
        }
        """);

    [TestMethod]
    public Task Pages_FreedWhileMapped_AreReported() => Verify("""
        void Receive()
        {
            var pages = _memory.AllocPages(2, _gfp);
            var handle = MapPage(_device, pages.First, 0, 4096, Dir);
            [|_memory.FreePages(pages)|];
            UnmapPage(_device, handle, 4096, Dir);
        }
        """);

    [TestMethod]
    public Task Pages_MappedAsBuffer_AreReported() => Verify("""
        void Receive(KernelPages pages)
        {
            if (!_device.Dma.TryMap<FromDevice>(pages.Buffer, out var loan)) return;
            [|_memory.FreePages(pages)|];
            loan.Unmap();
        }
        """);

    [TestMethod]
    public Task PartOfABuffer_IsTheBuffer() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Slice(16, 32).Address + 8, 8, Dir);
            [|_memory.Kfree(buffer)|];
            UnmapSingle(_device, handle, 8, Dir);
        }
        """);

    [TestMethod]
    public Task AddressInVariable_StandsForTheBuffer() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            var address = buffer.Address;
            var handle = MapSingle(_device, address, 64, Dir);
            var same = buffer;
            [|_memory.Kfree(same)|];
            UnmapSingle(_device, handle, 8, Dir);
        }
        """);

    [TestMethod]
    public Task Field_FreedWhileMapped_IsReported() => Verify("""
        void Stop()
        {
            var handle = MapSingle(_device, _buffer.Address, 64, Dir);
            [|_memory.Kfree(_buffer)|];
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Field_ReplacedBefore_IsSilent() => Verify("""
        void Replace(KernelBuffer fresh)
        {
            var handle = MapSingle(_device, _buffer.Address, 64, Dir);
            _buffer = fresh;
            _memory.Kfree(_buffer);
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Field_PerhapsReplacedByACallee_IsSilent() => Verify("""
        void Replace()
        {
            var handle = MapSingle(_device, _buffer.Address, 64, Dir);
            Touch();
            _memory.Kfree(_buffer);
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Loop_EachRoundHasItsOwnMemory_IsSilent() => Verify("""
        void Stream()
        {
            while (IsReady())
            {
                var buffer = _memory.Kmalloc(64, _gfp);
                var handle = MapSingle(_device, buffer.Address, 64, Dir);
                UnmapSingle(_device, handle, 64, Dir);
                _memory.Kfree(buffer);
            }
        }
        """);

    [TestMethod]
    public Task Loop_FreedBeforeUnmap_IsReported() => Verify("""
        void Stream(KernelBuffer[] buffers)
        {
            foreach (var buffer in buffers)
            {
                if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) continue;
                [|_memory.Kfree(buffer)|];
                loan.Unmap();
            }
        }
        """);

    [TestMethod]
    public Task MappingGivenAway_IsSilent() => Verify("""
        void Start(KernelBuffer buffer)
        {
            Keep(MapSingle(_device, buffer.Address, 64, Dir));
            _memory.Kfree(buffer);
        }
        """);

    [TestMethod]
    public Task UnmappedByHelper_IsSilent() => Verify("""
        void Start(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            End(handle);
            _memory.Kfree(buffer);
        }
        void End(DmaHandle handle) => UnmapSingle(_device, handle, 64, Dir);
        """);

    [TestMethod]
    public Task Finally_FreesBeforeUnmapping_IsReported() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            try { Touch(); }
            finally
            {
                [|_memory.Kfree(buffer)|];
                UnmapSingle(_device, handle, 64, Dir);
            }
        }
        """);

    [TestMethod]
    public Task CorrelatedFlag_IsSilent() => Verify("""
        void Send(KernelBuffer buffer, bool keep)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            if (!keep) UnmapSingle(_device, handle, 64, Dir);
            Touch();
            if (!keep) { _memory.Kfree(buffer); return; }
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task DriversOwnFree_WithTheAttribute_IsReported() => Verify("""
        protected abstract void Recycle([Frees] KernelBuffer buffer);
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            [|Recycle(buffer)|];
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task MemoryInsideAList_IsUnknown_IsSilent() => Verify("""
        void Send(ScatterList list, KernelBuffer area)
        {
            if (!_device.Dma.TryMapSg<ToDevice>(list, out var loan)) return;
            _memory.Vfree(area);
            loan.Unmap();
        }
        """);
}
