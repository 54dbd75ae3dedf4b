using DriverSdk.Analyzers.Rules.Lifetime;

namespace DriverSdk.Analyzers.Tests.Rules.Lifetime;

[TestClass]
public sealed partial class DmaMappingMustBeUnmappedTests
{
    private static Task Verify(string members) => Nic.VerifyAsync<DmaMappingMustBeUnmappedAnalyzer>(members);

    [TestMethod]
    public Task RawDoor_NeverUnmapped_IsReported() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            if (MappingError(_device, handle)) return;
            Touch();
        }
        """);

    [TestMethod]
    public Task RawDoor_CheckedAndUnmapped_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            if (MappingError(_device, handle)) return;
            Touch();
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task OwnMapping_ErrorAskedByProperty_IsBelieved() => Verify("""
        protected readonly struct Mapped { [ChecksMappingError] public bool IsError => false; }
        [return: MustUnmap] protected abstract Mapped Map();
        protected abstract void Unmap([Unmaps] Mapped mapped);
        Errno Right()
        {
            var mapped = Map();
            if (mapped.IsError) return Errno.NoMemory;
            Unmap(mapped);
            return Errno.Success;
        }
        Errno Wrong()
        {
            var mapped = [|Map()|];
            if (!mapped.IsError) return Errno.NoMemory;
            Unmap(mapped);
            return Errno.Success;
        }
        Errno RightByPattern()
        {
            if (Map() is not { IsError: false } mapped) return Errno.NoMemory;
            Unmap(mapped);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task RawDoor_NotCheckedButUnmapped_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task EarlyReturn_WithoutUnmap_IsReported() => Verify("""
        Errno Send(KernelBuffer buffer)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            if (MappingError(_device, handle)) return Errno.NoMemory;
            if (!IsReady()) return Errno.Busy;
            UnmapSingle(_device, handle, 64, Dir);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task EarlyReturn_WithUnmap_IsSilent() => Verify("""
        Errno Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            if (MappingError(_device, handle)) return Errno.NoMemory;
            if (!IsReady())
            {
                UnmapSingle(_device, handle, 64, Dir);
                return Errno.Busy;
            }
            UnmapSingle(_device, handle, 64, Dir);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task InvertedCheck_UnmapsTheErrorOnly_IsReported() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            if (MappingError(_device, handle)) UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task CheckKeptInVariable_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            var failed = MappingError(_device, handle);
            Touch();
            if (!failed) UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Discarded_IsReported() => Verify("""
        void Send(KernelBuffer buffer)
        {
            [|MapSingle(_device, buffer.Address, 64, Dir)|];
            _ = [|MapPage(_device, new Pfn(1), 0, 64, Dir)|];
        }
        """);

    [TestMethod]
    public Task Throw_WithoutUnmap_IsReported() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            if (!IsReady()) throw new InvalidOperationException();
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task ThrowBeforeMapping_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            if (!IsReady()) throw new InvalidOperationException();
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task ThrowExpression_WithoutUnmap_IsReported() => Verify("""
        void Send(KernelBuffer buffer, object token)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            var checkedToken = token ?? throw new ArgumentNullException(nameof(token));
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Finally_Unmaps_IsSilentOnEveryExit() => Verify("""
        Errno Send(KernelBuffer buffer, int count)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            if (MappingError(_device, handle)) return Errno.NoMemory;
            try
            {
                if (count == 1) return Errno.Busy;
                if (count == 2) throw new InvalidOperationException();
                Touch();
            }
            finally
            {
                UnmapSingle(_device, handle, 64, Dir);
            }
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task Finally_UnmapsOnlySometimes_IsReported() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            try { Touch(); }
            finally { if (IsReady()) UnmapSingle(_device, handle, 64, Dir); }
        }
        """);

    [TestMethod]
    public Task Catch_LeavesWithoutUnmap_IsReported() => Verify("""
        Errno Send(KernelBuffer buffer)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            try { Touch(); }
            catch (InvalidOperationException) { return Errno.InputOutput; }
            UnmapSingle(_device, handle, 64, Dir);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task Catch_UnmapsAndRethrows_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            try { Touch(); }
            catch { UnmapSingle(_device, handle, 64, Dir); throw; }
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Catch_AfterTheUnmapInTry_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            try
            {
                Touch();
                var handle = MapSingle(_device, buffer.Address, 64, Dir);
                UnmapSingle(_device, handle, 64, Dir);
                Touch();
            }
            catch (Exception) { }
        }
        """);

    [TestMethod]
    public Task ThrowCaughtInside_ReachesTheUnmap_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            try { if (!IsReady()) throw new InvalidOperationException(); }
            catch (InvalidOperationException) { }
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task ThrowNotCaughtByOtherType_IsReported() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            try { if (!IsReady()) throw new InvalidOperationException(); }
            catch (ArgumentException) { UnmapSingle(_device, handle, 64, Dir); throw; }
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task ErrorLadder_UnwindsInReverse_IsSilent() => Verify("""
        Errno Setup(KernelBuffer a, KernelBuffer b, KernelBuffer c)
        {
            var first = MapSingle(_device, a.Address, 64, Dir);
            if (MappingError(_device, first)) goto fail;
            var second = MapSingle(_device, b.Address, 64, Dir);
            if (MappingError(_device, second)) goto unmapFirst;
            var third = MapSingle(_device, c.Address, 64, Dir);
            if (MappingError(_device, third)) goto unmapSecond;
            Touch();
            UnmapSingle(_device, third, 64, Dir);
            UnmapSingle(_device, second, 64, Dir);
            UnmapSingle(_device, first, 64, Dir);
            return Errno.Success;
        unmapSecond:
            UnmapSingle(_device, second, 64, Dir);
        unmapFirst:
            UnmapSingle(_device, first, 64, Dir);
        fail:
            return Errno.NoMemory;
        }
        """);

    [TestMethod]
    public Task ErrorLadder_SkipsOneRung_IsReported() => Verify("""
        Errno Setup(KernelBuffer a, KernelBuffer b, KernelBuffer c)
        {
            var first = [|MapSingle(_device, a.Address, 64, Dir)|];
            if (MappingError(_device, first)) goto fail;
            var second = MapSingle(_device, b.Address, 64, Dir);
            if (MappingError(_device, second)) goto fail;
            Touch();
            UnmapSingle(_device, second, 64, Dir);
            UnmapSingle(_device, first, 64, Dir);
            return Errno.Success;
        fail:
            return Errno.NoMemory;
        }
        """);

    [TestMethod]
    public Task ErrorLadder_NestedIfs_IsSilent() => Verify("""
        bool Setup(KernelBuffer a, KernelBuffer b)
        {
            var ok = false;
            var first = MapSingle(_device, a.Address, 64, Dir);
            if (!MappingError(_device, first))
            {
                var second = MapSingle(_device, b.Address, 64, Dir);
                if (!MappingError(_device, second))
                {
                    if (IsReady()) { Touch(); ok = true; }
                    UnmapSingle(_device, second, 64, Dir);
                }
                UnmapSingle(_device, first, 64, Dir);
            }
            return ok;
        }
        """);

    [TestMethod]
    public Task CorrelatedFlag_IsSilent() => Verify("""
        void Send(KernelBuffer buffer, int count)
        {
            var mapped = false;
            DmaHandle handle = default;
            if (count > 3)
            {
                handle = MapSingle(_device, buffer.Address, 64, Dir);
                if (MappingError(_device, handle)) return;
                mapped = true;
            }
            Touch();
            if (mapped) UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task CorrelatedFlag_Wrong_IsReported() => Verify("""
        void Send(KernelBuffer buffer, int count)
        {
            var mapped = false;
            DmaHandle handle = default;
            if (count > 3)
            {
                handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
                if (MappingError(_device, handle)) return;
            }
            Touch();
            if (mapped) UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task CorrelatedCondition_AskedTwice_IsSilent() => Verify("""
        void Send(KernelBuffer buffer, int count)
        {
            DmaHandle handle = default;
            if (count > 3) handle = MapSingle(_device, buffer.Address, 64, Dir);
            Touch();
            if (count <= 3) return;
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task CorrelatedField_AskedTwice_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            DmaHandle handle = default;
            if (_up) handle = MapSingle(_device, buffer.Address, 64, Dir);
            Touch();
            if (_up) UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task CorrelatedErrno_IsSilent() => Verify("""
        Errno Send(KernelBuffer buffer)
        {
            var error = Errno.Success;
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            if (MappingError(_device, handle)) error = Errno.NoMemory;
            if (!error.IsError) Touch();
            if (!error.IsError) UnmapSingle(_device, handle, 64, Dir);
            return error;
        }
        """);

    [TestMethod]
    public Task NullableHandle_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            DmaHandle? handle = null;
            if (IsReady()) handle = MapSingle(_device, buffer.Address, 64, Dir);
            Touch();
            if (handle is { } live) UnmapSingle(_device, live, 64, Dir);
        }
        """);

    [TestMethod]
    public Task NullableHandle_HasValue_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            DmaHandle? handle = null;
            if (IsReady()) handle = MapSingle(_device, buffer.Address, 64, Dir);
            if (handle.HasValue) UnmapSingle(_device, handle.Value, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Switch_OneArmForgets_IsReported() => Verify("""
        void Send(KernelBuffer buffer, int kind)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            switch (kind)
            {
                case 0: UnmapSingle(_device, handle, 64, Dir); break;
                case 1: Touch(); break;
                default: UnmapSingle(_device, handle, 64, Dir); return;
            }
        }
        """);

    [TestMethod]
    public Task Switch_EveryArmUnmaps_IsSilent() => Verify("""
        int Send(KernelBuffer buffer, int kind)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            switch (kind)
            {
                case 0: UnmapSingle(_device, handle, 64, Dir); return 1;
                case 1: Touch(); goto default;
                default: UnmapSingle(_device, handle, 64, Dir); return 2;
            }
        }
        """);

    [TestMethod]
    public Task ConditionalExpression_BothMapped_IsSilent() => Verify("""
        void Send(KernelBuffer a, KernelBuffer b, bool first)
        {
            var handle = first ? MapSingle(_device, a.Address, 64, Dir) : MapSingle(_device, b.Address, 64, Dir);
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Swap_IsSilent() => Verify("""
        void Send(KernelBuffer a, KernelBuffer b)
        {
            var x = MapSingle(_device, a.Address, 64, Dir);
            var y = MapSingle(_device, b.Address, 64, Dir);
            (x, y) = (y, x);
            UnmapSingle(_device, x, 64, Dir);
            UnmapSingle(_device, y, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Alias_Unmapped_IsSilent() => Verify("""
        void Send(KernelBuffer a)
        {
            var x = MapSingle(_device, a.Address, 64, Dir);
            var y = x;
            Console.WriteLine($"{x} {y.Raw}");
            UnmapSingle(_device, y, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Overwritten_IsReported() => Verify("""
        void Send(KernelBuffer a, KernelBuffer b)
        {
            var x = [|MapSingle(_device, a.Address, 64, Dir)|];
            x = MapSingle(_device, b.Address, 64, Dir);
            UnmapSingle(_device, x, 64, Dir);
        }
        """);
}
