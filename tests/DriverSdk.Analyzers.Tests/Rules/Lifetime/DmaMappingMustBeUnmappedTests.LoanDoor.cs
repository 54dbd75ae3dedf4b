namespace DriverSdk.Analyzers.Tests.Rules.Lifetime;

public sealed partial class DmaMappingMustBeUnmappedTests
{
    [TestMethod]
    public Task Loan_Unmapped_IsSilent() => Verify("""
        Errno Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return Errno.NoMemory;
            Post(loan.Iova);
            using (var view = loan.SyncForCpu()) Console.WriteLine(view.Bytes.Length);
            loan.SyncForDevice();
            loan.Unmap();
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task Loan_Forgotten_IsReported() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            if ([|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) Post(loan.Iova);
        }
        """);

    [TestMethod]
    public Task Loan_ResultIgnored_IsReported() => Verify("""
        void Receive(KernelBuffer buffer) => [|_device.Dma.TryMap<FromDevice>(buffer, out _)|];
        """);

    [TestMethod]
    public Task Loan_EarlyReturn_IsReported() => Verify("""
        Errno Receive(KernelBuffer buffer)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) return Errno.NoMemory;
            if (!IsReady()) return Errno.Busy;
            loan.Unmap();
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task Loan_ResultInVariable_IsSilent() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            var ok = _device.Dma.TryMap<FromDevice>(buffer, out var loan);
            Touch();
            if (!ok) return;
            loan.Unmap();
        }
        """);

    [TestMethod]
    public Task Loan_TwoInOneCondition_IsReportedForTheFirst() => Verify("""
        void Receive(KernelBuffer a, KernelBuffer b)
        {
            if ([|_device.Dma.TryMap<FromDevice>(a, out var x)|] && _device.Dma.TryMap<FromDevice>(b, out var y))
            {
                x.Unmap();
                y.Unmap();
            }
        }
        """);

    [TestMethod]
    public Task Loan_TwoWithUnwinding_IsSilent() => Verify("""
        bool Receive(KernelBuffer a, KernelBuffer b)
        {
            if (!_device.Dma.TryMap<FromDevice>(a, out var x)) return false;
            if (!_device.Dma.TryMap<FromDevice>(b, out var y))
            {
                x.Unmap();
                return false;
            }
            x.Unmap();
            y.Unmap();
            return true;
        }
        """);

    [TestMethod]
    public Task Scope_UsingDeclaration_IsSilent() => Verify("""
        Errno Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return Errno.NoMemory;
            using var scope = loan.AsScope();
            if (!IsReady()) return Errno.Busy;
            Post(scope.Iova);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task Scope_UsingStatement_IsSilent() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return;
            using (var scope = loan.AsScope())
            {
                if (!IsReady()) throw new InvalidOperationException();
            }
        }
        """);

    [TestMethod]
    public Task Scope_NotDisposed_IsReportedAtTheScope() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return;
            var scope = [|loan.AsScope()|];
            Post(scope.Iova);
        }
        """);

    [TestMethod]
    public Task ReturnBeforeTheScope_IsReported() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) return;
            if (!IsReady()) return;
            using var scope = loan.AsScope();
        }
        """);

    [TestMethod]
    public Task PagesAndLists_AreFollowed() => Verify("""
        void Receive(KernelPages pages, ScatterList list)
        {
            if (!_device.Dma.TryMapPages<FromDevice>(pages, out var loan)) return;
            if (![|_device.Dma.TryMapSg<FromDevice>(list, out var chain)|]) { loan.Unmap(); return; }
            loan.Unmap();
            if (IsReady()) chain.Unmap();
        }
        """);

    [TestMethod]
    public Task Ring_FilledWithUnwinding_IsSilent() => Verify("""
        bool Fill(KernelBuffer[] buffers, DmaLoan<FromDevice>[] ring)
        {
            for (var i = 0; i < buffers.Length; i++)
            {
                if (!_device.Dma.TryMap<FromDevice>(buffers[i], out ring[i]))
                {
                    while (--i >= 0) ring[i].Unmap();
                    return false;
                }
            }
            return true;
        }
        """);

    [TestMethod]
    public Task Ring_FilledThroughAVariable_IsSilent() => Verify("""
        int Fill(KernelBuffer[] buffers, DmaLoan<FromDevice>[] ring)
        {
            var filled = 0;
            foreach (var buffer in buffers)
            {
                if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) break;
                if (!IsReady()) { loan.Unmap(); break; }
                ring[filled++] = loan;
            }
            return filled;
        }
        """);

    [TestMethod]
    public Task Loop_UnmapsEachRound_IsSilent() => Verify("""
        void Drain(KernelBuffer[] buffers)
        {
            foreach (var buffer in buffers)
            {
                if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) continue;
                Post(loan.Iova);
                loan.Unmap();
            }
        }
        """);

    [TestMethod]
    public Task Loop_ContinuesWithoutUnmap_IsReported() => Verify("""
        void Drain(KernelBuffer[] buffers)
        {
            foreach (var buffer in buffers)
            {
                if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) continue;
                if (!IsReady()) continue;
                loan.Unmap();
            }
        }
        """);

    [TestMethod]
    public Task Loop_BreaksWithoutUnmap_IsReported() => Verify("""
        void Drain(KernelBuffer[] buffers)
        {
            for (var i = 0; i < buffers.Length; i++)
            {
                if (![|_device.Dma.TryMap<FromDevice>(buffers[i], out var loan)|]) continue;
                if (!IsReady()) break;
                loan.Unmap();
            }
        }
        """);

    [TestMethod]
    public Task Loop_OnlyTheLastIsUnmapped_IsReported() => Verify("""
        void Drain(KernelBuffer[] buffers)
        {
            DmaHandle last = default;
            foreach (var buffer in buffers) last = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            UnmapSingle(_device, last, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Loop_DoubleBuffered_IsSilent() => Verify("""
        void Stream(KernelBuffer buffer)
        {
            var current = MapSingle(_device, buffer.Address, 64, Dir);
            while (IsReady())
            {
                var next = MapSingle(_device, buffer.Address, 64, Dir);
                UnmapSingle(_device, current, 64, Dir);
                current = next;
            }
            UnmapSingle(_device, current, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Retry_UntilMapped_IsSilent() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            DmaLoan<FromDevice> loan;
            while (!_device.Dma.TryMap(buffer, out loan)) Touch();
            loan.Unmap();
        }
        """);

    [TestMethod]
    public Task LoanStoredInField_IsSilent() => Verify("""
        DmaLoan<FromDevice> _loan;
        bool Start(KernelBuffer buffer) => _device.Dma.TryMap(buffer, out _loan);
        bool StartLocal(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return false;
            _loan = loan;
            return true;
        }
        """);

    [TestMethod]
    public Task StructInitializer_TakesTheLoan_IsSilent() => Verify("""
        struct Slot { public DmaLoan<FromDevice> Loan; public int Tag; }
        Slot Start(KernelBuffer buffer) =>
            _device.Dma.TryMap<FromDevice>(buffer, out var loan) ? new Slot { Loan = loan, Tag = 1 } : default;
        """);

    [TestMethod]
    public Task Helper_TakesTheLoan_IsFollowed() => Verify("""
        void Right(KernelBuffer buffer) { if (_device.Dma.TryMap<FromDevice>(buffer, out var loan)) End(loan); }
        void Wrong(KernelBuffer buffer) { if ([|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) Look(loan); }
        static void End(DmaLoan<FromDevice> loan) => loan.Unmap();
        static ulong Look(DmaLoan<FromDevice> loan) => loan.LengthBytes;
        static void EndAny<T>(DmaLoan<T> loan) where T : struct, IDmaDirection => loan.Unmap();
        void Generic(KernelBuffer buffer) { if (_device.Dma.TryMap<ToDevice>(buffer, out var loan)) EndAny(loan); }
        """);
}
