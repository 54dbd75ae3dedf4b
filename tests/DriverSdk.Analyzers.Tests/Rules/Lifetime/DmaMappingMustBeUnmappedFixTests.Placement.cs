namespace DriverSdk.Analyzers.Tests.Rules.Lifetime;

// Where the unmap goes when several places would end the leak.
public sealed partial class DmaMappingMustBeUnmappedFixTests
{
    [TestMethod]
    public Task LoanDoor_ReturnsBehindTheBlock_TakeOneUnmap() => Verify("""
        Errno Receive(KernelBuffer buffer, int count)
        {
            if ([|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|])
            {
                Post(loan.Iova);
            }
            if (count == 1) return Errno.Busy;
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """, """
        Errno Receive(KernelBuffer buffer, int count)
        {
            if (_device.Dma.TryMap<FromDevice>(buffer, out var loan))
            {
                Post(loan.Iova);
                loan.Unmap();
            }
            if (count == 1) return Errno.Busy;
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task LoanDoor_FreeBeforeTheReturn_UnmapsBeforeTheFree() => Verify("""
        Errno Receive(KernelBuffer buffer)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) return Errno.NoMemory;
            Post(loan.Iova);
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """, """
        Errno Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return Errno.NoMemory;
            Post(loan.Iova);
            loan.Unmap();
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task LoanDoor_FreeBeforeTheEndOfBody_UnmapsBeforeTheFree() => Verify("""
        void Receive(KernelBuffer buffer)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) return;
            Post(loan.Iova);
            _memory.Kfree(buffer);
            Touch();
        }
        """, """
        void Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return;
            Post(loan.Iova);
            loan.Unmap();
            _memory.Kfree(buffer);
            Touch();
        }
        """);

    [TestMethod]
    public Task LoanDoor_SeveralExitsThatFree_UnmapBeforeEachFree() => Verify("""
        Errno Receive(KernelBuffer buffer)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) return Errno.NoMemory;
            if (!IsReady())
            {
                _memory.Kfree(buffer);
                return Errno.Busy;
            }
            Post(loan.Iova);
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """, """
        Errno Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return Errno.NoMemory;
            if (!IsReady())
            {
                loan.Unmap();
                _memory.Kfree(buffer);
                return Errno.Busy;
            }
            Post(loan.Iova);
            loan.Unmap();
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task LoanDoor_SeveralExitsBehindOneFree_TakeOneUnmap() => Verify("""
        Errno Receive(KernelBuffer buffer)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) return Errno.NoMemory;
            Post(loan.Iova);
            _memory.Kfree(buffer);
            if (!IsReady()) return Errno.Busy;
            return Errno.Success;
        }
        """, """
        Errno Receive(KernelBuffer buffer)
        {
            if (!_device.Dma.TryMap<FromDevice>(buffer, out var loan)) return Errno.NoMemory;
            Post(loan.Iova);
            loan.Unmap();
            _memory.Kfree(buffer);
            if (!IsReady()) return Errno.Busy;
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task RawDoor_BlockOfTheMapping_ThenFree_UnmapsInTheBlock() => Verify("""
        Errno Send(KernelBuffer buffer)
        {
            var handle = [|DmaRaw.MapSingle(_device, buffer.Address, 64, Dir)|];
            if (!DmaRaw.MappingError(_device, handle))
            {
                Post(handle.Iova);
            }
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """, """
        Errno Send(KernelBuffer buffer)
        {
            var handle = DmaRaw.MapSingle(_device, buffer.Address, 64, Dir);
            if (!DmaRaw.MappingError(_device, handle))
            {
                Post(handle.Iova);
                DmaRaw.UnmapSingle(_device, handle, 64, Dir);
            }
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task RawDoor_FreeBeforeTheReturn_UnmapsBeforeTheFree() => Verify("""
        Errno Send(KernelBuffer buffer)
        {
            var handle = [|DmaRaw.MapSingle(_device, buffer.Address, 64, Dir)|];
            if (DmaRaw.MappingError(_device, handle)) return Errno.NoMemory;
            Post(handle.Iova);
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """, """
        Errno Send(KernelBuffer buffer)
        {
            var handle = DmaRaw.MapSingle(_device, buffer.Address, 64, Dir);
            if (DmaRaw.MappingError(_device, handle)) return Errno.NoMemory;
            Post(handle.Iova);
            DmaRaw.UnmapSingle(_device, handle, 64, Dir);
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task RawDoor_SeveralExitsOfTheBlock_AreWrappedInFinally() => Verify("""
        Errno Send(KernelBuffer buffer, int count)
        {
            var handle = [|DmaRaw.MapSingle(_device, buffer.Address, 64, Dir)|];
            if (!DmaRaw.MappingError(_device, handle))
            {
                if (count == 1) return Errno.Busy;
                Post(handle.Iova);
            }
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """, """
        Errno Send(KernelBuffer buffer, int count)
        {
            var handle = DmaRaw.MapSingle(_device, buffer.Address, 64, Dir);
            if (!DmaRaw.MappingError(_device, handle))
            {
                try
                {
                    if (count == 1) return Errno.Busy;
                    Post(handle.Iova);
                }
                finally
                {
                    DmaRaw.UnmapSingle(_device, handle, 64, Dir);
                }
            }
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task FreedInABranchWithNoPlaceForOneUnmap_IsNotOffered() => VerifyNotOffered("""
        void Receive(KernelBuffer buffer)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) return;
            if (IsReady()) _memory.Kfree(buffer);
            Post(loan.Iova);
        }
        """);

    [TestMethod]
    public Task UnmappedOnSomeWaysToTheExit_IsNotOffered() => VerifyNotOffered("""
        Errno Receive(KernelBuffer buffer)
        {
            if (![|_device.Dma.TryMap<FromDevice>(buffer, out var loan)|]) return Errno.NoMemory;
            if (IsReady()) loan.Unmap();
            _memory.Kfree(buffer);
            return Errno.Success;
        }
        """);

    [TestMethod]
    public Task ConditionOnTheMappingThatIsNoErrorCheck_IsWrappedInFinallyWithTheRest() => Verify("""
        Errno Send(KernelBuffer buffer)
        {
            var handle = [|DmaRaw.MapSingle(_device, buffer.Address, 64, Dir)|];
            Touch();
            if (!handle.Equals(_handle)) return Errno.Busy;
            Post(handle.Iova);
            return Errno.Success;
        }
        """, """
        Errno Send(KernelBuffer buffer)
        {
            var handle = DmaRaw.MapSingle(_device, buffer.Address, 64, Dir);
            try
            {
                Touch();
                if (!handle.Equals(_handle)) return Errno.Busy;
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
    public Task NobodyHoldsIt_IsNotOffered() => VerifyNotOffered("""
        void Send(KernelBuffer buffer) => [|DmaRaw.MapSingle(_device, buffer.Address, 64, Dir)|];
        """);

    [TestMethod]
    public Task LengthIsACall_IsNotOffered() => VerifyNotOffered("""
        ulong Next() => 64;
        void Send(KernelBuffer buffer)
        {
            var handle = [|DmaRaw.MapSingle(_device, buffer.Address, Next(), Dir)|];
            Post(handle.Iova);
        }
        """);
}
