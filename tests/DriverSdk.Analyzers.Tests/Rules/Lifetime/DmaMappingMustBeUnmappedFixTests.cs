using DriverSdk.Analyzers.Rules.Lifetime;
using DriverSdk.CodeFixes.Fixes.Lifetime;

namespace DriverSdk.Analyzers.Tests.Rules.Lifetime;

[TestClass]
public sealed partial class DmaMappingMustBeUnmappedFixTests
{
    private static Task Verify(string members, string fixedMembers) =>
        NicFix.VerifyAsync<DmaMappingMustBeUnmappedAnalyzer, DmaMappingMustBeUnmappedFix>(members, fixedMembers);

    private static Task VerifyNotOffered(string members) =>
        NicFix.VerifyNotOfferedAsync<DmaMappingMustBeUnmappedAnalyzer, DmaMappingMustBeUnmappedFix>(members);

    [TestMethod]
    public Task RawDoor_OneReturn_UnmapsBeforeIt() => Verify("""
        Errno Send(KernelBuffer buffer)
        {
            var handle = [|DmaRaw.MapSingle(_device, buffer.Address, 64, Dir)|];
            if (DmaRaw.MappingError(_device, handle)) return Errno.NoMemory;
            if (!IsReady())
                return Errno.Busy;
            DmaRaw.UnmapSingle(_device, handle, 64, Dir);
            return Errno.Success;
        }
        """, """
        Errno Send(KernelBuffer buffer)
        {
            var handle = DmaRaw.MapSingle(_device, buffer.Address, 64, Dir);
            if (DmaRaw.MappingError(_device, handle)) return Errno.NoMemory;
            if (!IsReady())
            {
                DmaRaw.UnmapSingle(_device, handle, 64, Dir);
                return Errno.Busy;
            }
            DmaRaw.UnmapSingle(_device, handle, 64, Dir);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task RawDoor_EndOfBody_UnmapsThere() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = [|DmaRaw.MapSingle(_device, buffer.Address, 64, Dir)|];
            if (DmaRaw.MappingError(_device, handle)) return;
            Post(handle.Iova);
        }
        """, """
        void Send(KernelBuffer buffer)
        {
            var handle = DmaRaw.MapSingle(_device, buffer.Address, 64, Dir);
            if (DmaRaw.MappingError(_device, handle)) return;
            Post(handle.Iova);
            DmaRaw.UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task LoanDoor_ReturnInABlock_UnmapsBeforeIt() => Verify("""
        Errno Receive(KernelBuffer buffer)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) return Errno.NoMemory;
            if (!IsReady())
            {
                Touch();
                return Errno.Busy;
            }
            loan.Unmap();
            return Errno.Success;
        }
        """, """
        Errno Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return Errno.NoMemory;
            if (!IsReady())
            {
                Touch();
                loan.Unmap();
                return Errno.Busy;
            }
            loan.Unmap();
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task SeveralExits_AreWrappedInFinally() => Verify("""
        Errno Receive(KernelBuffer buffer, int count)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) return Errno.NoMemory;
            if (count == 1) return Errno.Busy;
            if (count == 2) return Errno.Invalid;
            loan.Unmap();
            return Errno.Success;
        }
        """, """
        Errno Receive(KernelBuffer buffer, int count)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return Errno.NoMemory;
            try
            {
                if (count == 1) return Errno.Busy;
                if (count == 2) return Errno.Invalid;
                return Errno.Success;
            }
            finally
            {
                loan.Unmap();
            }
        }
        """);

    [TestMethod]
    public Task RawDoor_SeveralExits_KeepTheErrorCheckInFront() => Verify("""
        Errno Send(KernelBuffer buffer, int count)
        {
            var handle = [|DmaRaw.MapSingle(_device, buffer.Address, 64, Dir)|];
            if (DmaRaw.MappingError(_device, handle)) return Errno.NoMemory;
            if (count == 1) return Errno.Busy;
            Post(handle.Iova);
            return Errno.Success;
        }
        """, """
        Errno Send(KernelBuffer buffer, int count)
        {
            var handle = DmaRaw.MapSingle(_device, buffer.Address, 64, Dir);
            if (DmaRaw.MappingError(_device, handle)) return Errno.NoMemory;
            try
            {
                if (count == 1) return Errno.Busy;
                Post(handle.Iova);
                return Errno.Success;
            }
            finally
            {
                DmaRaw.UnmapSingle(_device, handle, 64, Dir);
            }
        }
        """);

    [TestMethod]
    public Task ReturnThatUsesTheMapping_IsWrappedInFinally() => Verify("""
        ulong Send(KernelBuffer buffer)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) return 0;
            return loan.LengthBytes;
        }
        """, """
        ulong Send(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return 0;
            try
            {
                return loan.LengthBytes;
            }
            finally
            {
                loan.Unmap();
            }
        }
        """);

    [TestMethod]
    public Task TwoMethods_FixAllFixesBoth() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = [|DmaRaw.MapSingle(_device, buffer.Address, 64, Dir)|];
            if (DmaRaw.MappingError(_device, handle)) return;
            Post(handle.Iova);
        }

        void Receive(KernelBuffer buffer)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) return;
            Post(loan.Iova);
        }
        """, """
        void Send(KernelBuffer buffer)
        {
            var handle = DmaRaw.MapSingle(_device, buffer.Address, 64, Dir);
            if (DmaRaw.MappingError(_device, handle)) return;
            Post(handle.Iova);
            DmaRaw.UnmapSingle(_device, handle, 64, Dir);
        }

        void Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return;
            Post(loan.Iova);
            loan.Unmap();
        }
        """);

    [TestMethod]
    public Task LoanDoor_TheReadmesDriver_UnmapsInTheBlockOfTheMapping() => Verify("""
        Errno Probe(Device device)
        {
            var buffer = device.Kernel.Memory.Kmalloc(4096, Gfp.Kernel);
            if (buffer.IsNull)
                return Errno.NoMemory;
            if ([|device.Dma.TryMap<FromDevice>(buffer, out var loan)|])    // the buffer is lent to the device ...
            {
                Post(loan.Iova);                                        // ... which fills it by DMA ...
                using var view = buffer.Read();
                Console.WriteLine(view.Bytes[0]);
            }

            device.Kernel.Memory.Kfree(buffer);                         // Before Unmap: warning DRV1002
            return Errno.Success;
        }
        """, """
        Errno Probe(Device device)
        {
            var buffer = device.Kernel.Memory.Kmalloc(4096, Gfp.Kernel);
            if (buffer.IsNull)
                return Errno.NoMemory;
            if (device.Dma.TryMap<FromDevice>(buffer, out var loan))    // the buffer is lent to the device ...
            {
                Post(loan.Iova);                                        // ... which fills it by DMA ...
                using var view = buffer.Read();
                Console.WriteLine(view.Bytes[0]);
                loan.Unmap();
            }

            device.Kernel.Memory.Kfree(buffer);                         // Before Unmap: warning DRV1002
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task LoanDoor_BlockOfTheMapping_ThenFree_UnmapsInTheBlock() => Verify("""
        Errno Receive(KernelBuffer buffer)
        {
            if ([|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|])
            {
                Post(loan.Iova);
            }
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """, """
        Errno Receive(KernelBuffer buffer)
        {
            if (_device.Dma.TryMap<FromDevice>(buffer, out var loan))
            {
                Post(loan.Iova);
                loan.Unmap();
            }
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task LoanDoor_BlockThatFrees_UnmapsBeforeTheFree() => Verify("""
        Errno Receive(KernelBuffer buffer)
        {
            if ([|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|])
            {
                Post(loan.Iova);
                _memory.Kfree(buffer);
                Touch();
            }
            return Errno.Success;
        }
        """, """
        Errno Receive(KernelBuffer buffer)
        {
            if (_device.Dma.TryMap<FromDevice>(buffer, out var loan))
            {
                Post(loan.Iova);
                loan.Unmap();
                _memory.Kfree(buffer);
                Touch();
            }
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task LoanDoor_StatementOfTheMapping_BecomesABlock() => Verify("""
        Errno Receive(KernelBuffer buffer)
        {
            if ([|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|])
                Post(loan.Iova);
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """, """
        Errno Receive(KernelBuffer buffer)
        {
            if (_device.Dma.TryMap<FromDevice>(buffer, out var loan))
            {
                Post(loan.Iova);
                loan.Unmap();
            }
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task LoanDoor_ElseOfTheFailure_UnmapsInIt() => Verify("""
        Errno Receive(KernelBuffer buffer)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|])
            {
                Touch();
            }
            else
            {
                Post(loan.Iova);
            }
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """, """
        Errno Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan))
            {
                Touch();
            }
            else
            {
                Post(loan.Iova);
                loan.Unmap();
            }
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """);
}
