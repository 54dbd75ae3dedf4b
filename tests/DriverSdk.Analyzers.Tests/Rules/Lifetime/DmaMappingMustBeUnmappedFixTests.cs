using DriverSdk.Analyzers.Rules.Lifetime;
using DriverSdk.CodeFixes.Fixes.Lifetime;

namespace DriverSdk.Analyzers.Tests.Rules.Lifetime;

[TestClass]
public sealed class DmaMappingMustBeUnmappedFixTests
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
