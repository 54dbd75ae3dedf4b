namespace DriverSdk.Analyzers.Tests.Rules.Lifetime;

public sealed partial class DmaMappingMustBeUnmappedTests
{
    [TestMethod]
    public Task StoredInField_IsSilent() => Verify("""
        void Start(KernelBuffer buffer)
        {
            _handle = MapSingle(_device, buffer.Address, 64, Dir);
            var second = MapSingle(_device, buffer.Address, 64, Dir);
            if (MappingError(_device, second)) return;
            this._handle = second;
        }
        """);

    [TestMethod]
    public Task StoredInCollection_IsSilent() => Verify("""
        void Start(KernelBuffer buffer, List<DmaHandle> list, Dictionary<int, DmaHandle> map, DmaHandle[] array)
        {
            list.Add(MapSingle(_device, buffer.Address, 64, Dir));
            map[3] = MapSingle(_device, buffer.Address, 64, Dir);
            array[0] = MapSingle(_device, buffer.Address, 64, Dir);
            DmaHandle[] made = [MapSingle(_device, buffer.Address, 64, Dir)];
            var pair = (MapSingle(_device, buffer.Address, 64, Dir), 3);
        }
        """);

    [TestMethod]
    public Task Returned_IsSilent() => Verify("""
        DmaHandle Map(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            return handle;
        }
        DmaHandle MapArrow(KernelBuffer buffer) => MapSingle(_device, buffer.Address, 64, Dir);
        """);

    [TestMethod]
    public Task PassedOut_IsSilentOnSuccess_AndReportedWhenItThrowsAfterwards() => Verify("""
        bool Map(KernelBuffer buffer, out DmaHandle handle)
        {
            handle = MapSingle(_device, buffer.Address, 64, Dir);
            return !MappingError(_device, handle);
        }
        void MapOrThrow(KernelBuffer buffer, out DmaHandle handle)
        {
            handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            if (!IsReady()) throw new InvalidOperationException();
        }
        """);

    [TestMethod]
    public Task PassedToUnknownCallee_IsSilent() => Verify("""
        void Start(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            Keep(handle);
        }
        """);

    [TestMethod]
    public Task PassedToConstructor_IsSilent() => Verify("""
        sealed class Ring(DmaHandle handle) { public DmaHandle Handle => handle; }
        object Start(KernelBuffer buffer) => new Ring(MapSingle(_device, buffer.Address, 64, Dir));
        """);

    [TestMethod]
    public Task HelperUnmaps_AtAnyDepth_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            One(handle);
        }
        void One(DmaHandle h) => Two(h);
        static void Nothing() { }
        void Two(DmaHandle h) { Nothing(); Three(h); }
        void Three(DmaHandle h) => Four(h);
        void Four(DmaHandle h) => Five(_device, h);
        static void Five(Device device, DmaHandle h) => UnmapSingle(device, h, 64, Dir);
        """);

    [TestMethod]
    public Task HelperOnlyLooks_IsReported() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            Log(handle);
        }
        static void Log(DmaHandle h) => Console.WriteLine(h.ToString());
        """);

    [TestMethod]
    public Task HelperUnmapsOnlySometimes_IsReported() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            Maybe(handle);
        }
        void Maybe(DmaHandle h) { if (IsReady()) UnmapSingle(_device, h, 64, Dir); }
        """);

    [TestMethod]
    public Task HelperUnmapsAndReturnsFalse_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            if (!Submit(handle)) return;
            UnmapSingle(_device, handle, 64, Dir);
        }
        bool Submit(DmaHandle h)
        {
            if (IsReady()) return true;
            UnmapSingle(_device, h, 64, Dir);
            return false;
        }
        """);

    [TestMethod]
    public Task HelperUnmapsUnlessError_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            Release(handle);
        }
        void Release(DmaHandle h) { if (MappingError(_device, h)) return; UnmapSingle(_device, h, 64, Dir); }
        """);

    [TestMethod]
    public Task HelperMaps_CallerForgets_IsReportedAtTheCaller() => Verify("""
        DmaHandle Map(KernelBuffer buffer) => MapSingle(_device, buffer.Address, 64, Dir);
        bool TryMap(KernelBuffer buffer, out DmaHandle handle)
        {
            handle = MapSingle(_device, buffer.Address, 64, Dir);
            return !MappingError(_device, handle);
        }
        void Forgets(KernelBuffer buffer) { var h = [|Map(buffer)|]; Post(h.Iova); }
        void ForgetsOut(KernelBuffer buffer) { if ([|TryMap(buffer, out var h)|]) Post(h.Iova); }
        void Remembers(KernelBuffer buffer) { if (TryMap(buffer, out var h)) UnmapSingle(_device, h, 64, Dir); }
        """);

    [TestMethod]
    public Task HelperGivesItsArgumentBack_IsSilent() => Verify("""
        static DmaHandle Same(DmaHandle h) => h;
        void Send(KernelBuffer buffer)
        {
            var h = Same(MapSingle(_device, buffer.Address, 64, Dir));
            UnmapSingle(_device, h, 64, Dir);
        }
        """);

    [TestMethod]
    public Task RecursiveHelper_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            Release(MapSingle(_device, buffer.Address, 64, Dir), 3);
            Even(MapSingle(_device, buffer.Address, 64, Dir), 3);
        }
        void Release(DmaHandle h, int n)
        {
            if (n == 0) { UnmapSingle(_device, h, 64, Dir); return; }
            Release(h, n - 1);
        }
        void Even(DmaHandle h, int n) { if (n == 0) UnmapSingle(_device, h, 64, Dir); else Odd(h, n - 1); }
        void Odd(DmaHandle h, int n) => Even(h, n - 1);
        """);

    [TestMethod]
    public Task Attributes_OnDriversOwnHelpers_AreBelieved() => Verify("""
        [return: MustUnmap] protected abstract DmaHandle MapRing();
        protected abstract void UnmapRing([Unmaps] DmaHandle handle);
        protected abstract void Look([Borrows] DmaHandle handle);
        protected abstract void Own([TakesOwnership] DmaHandle handle);
        void Right() { var h = MapRing(); Look(h); UnmapRing(h); }
        void GivenAway() => Own(MapRing());
        void Wrong() { var h = [|MapRing()|]; Look(h); }
        """);

    [TestMethod]
    public Task VirtualHelper_IsUnknown_IsSilent() => Verify("""
        protected virtual void Done(DmaHandle handle) { }
        void Send(KernelBuffer buffer) => Done(MapSingle(_device, buffer.Address, 64, Dir));
        """);

    [TestMethod]
    public Task Lambda_HasItsOwnPaths() => Verify("""
        Action Make(KernelBuffer buffer) => () =>
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            if (MappingError(_device, handle)) return;
            Touch();
        };
        Func<DmaHandle> Give(KernelBuffer buffer) => () => MapSingle(_device, buffer.Address, 64, Dir);
        """);

    [TestMethod]
    public Task LambdaCapturesTheHandle_IsSilent() => Verify("""
        Action Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            return () => UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task LocalFunction_UnmapsTheCapturedHandle_IsSilent() => Verify("""
        Errno Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            if (!IsReady()) return Fail(Errno.Busy);
            Cleanup();
            return Errno.Success;

            void Cleanup() => UnmapSingle(_device, handle, 64, Dir);
            Errno Fail(Errno error) { Cleanup(); return error; }
        }
        """);

    [TestMethod]
    public Task LocalFunction_NotCalledOnOnePath_IsReported() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            if (!IsReady()) return;
            Cleanup();
            void Cleanup() => UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task LocalFunction_LeaksItself_IsReported() => Verify("""
        void Send(KernelBuffer buffer)
        {
            Inner();
            void Inner()
            {
                var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
                Post(handle.Iova);
            }
        }
        """);

    [TestMethod]
    public Task LocalFunction_AsDelegate_IsSilent() => Verify("""
        void Send(KernelBuffer buffer, List<Action> later)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            later.Add(Cleanup);
            void Cleanup() => UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task RecursiveLocalFunction_IsSilent() => Verify("""
        void Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            Down(3);
            void Down(int n) { if (n > 0) Down(n - 1); else UnmapSingle(_device, handle, 64, Dir); }
        }
        """);

    [TestMethod]
    public Task Iterator_YieldsTheHandle_IsSilent() => Verify("""
        IEnumerable<DmaHandle> All(List<KernelBuffer> buffers)
        {
            foreach (var buffer in buffers) yield return MapSingle(_device, buffer.Address, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Iterator_ForgetsTheHandle_IsReported() => Verify("""
        IEnumerable<int> All(List<KernelBuffer> buffers)
        {
            foreach (var buffer in buffers)
            {
                var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
                yield return 1;
            }
        }
        """);

    [TestMethod]
    public Task Async_UnmapsAfterAwait_IsSilent() => Verify("""
        async Task Send(KernelBuffer buffer)
        {
            var handle = MapSingle(_device, buffer.Address, 64, Dir);
            await Task.Yield();
            UnmapSingle(_device, handle, 64, Dir);
        }
        """);

    [TestMethod]
    public Task Async_ReturnsEarly_IsReported() => Verify("""
        async Task<int> Send(KernelBuffer buffer)
        {
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            await Task.Yield();
            if (!IsReady()) return 1;
            UnmapSingle(_device, handle, 64, Dir);
            return 0;
        }
        """);

    [TestMethod]
    public Task HandedToAsyncHelper_IsSilent() => Verify("""
        async Task Finish(DmaHandle handle) { await Task.Yield(); UnmapSingle(_device, handle, 64, Dir); }
        Task Send(KernelBuffer buffer) => Finish(MapSingle(_device, buffer.Address, 64, Dir));
        """);

    [TestMethod]
    public Task PropertyAndConstructorBodies_AreFollowed() => Verify("""
        protected Nic(Device device, KernelBuffer buffer)
        {
            _device = device;
            var handle = [|MapSingle(_device, buffer.Address, 64, Dir)|];
            Post(handle.Iova);
        }
        DmaHandle Mapped { get { var h = MapSingle(_device, _buffer.Address, 64, Dir); return h; } }
        ulong Leaked { get { var h = [|MapSingle(_device, _buffer.Address, 64, Dir)|]; return h.Iova.Value; } }
        """);
}
