namespace DriverSdk.Analyzers.Tests.Rules.Lifetime;

public sealed partial class DmaMappingMustBeUnmappedTests
{
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
            Console.WriteLine($"{x} {y.Iova}");
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
