using DriverSdk.Analyzers.Rules.Context;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace DriverSdk.Analyzers.Tests.Rules.Context;

[TestClass]
public sealed class StaticKeySwitchedInAtomicTests
{
    private static Task Verify(string members, params DiagnosticResult[] expected) => Nic.VerifyAsync<StaticKeySwitchedInAtomicAnalyzer>(members, expected);

    private static DiagnosticResult Expected() => new("DRV4001", DiagnosticSeverity.Warning);

    [TestMethod]
    public Task InsideAGuard_IsReported_WithTheLock() => Verify("""
        void Start()
        {
            using ({|#1:_lock.Hold()|})
            {
                {|#0:_key.Enable()|};
            }
        }
        """, Expected().WithLocation(0).WithLocation(1)
            .WithMessage("'StaticKey.Enable' switches a static key in atomic context: after 'Spinlock.Hold'"));

    [TestMethod]
    public Task AfterTheGuard_IsSilent() => Verify("""
        void Start()
        {
            using (_lock.Hold()) Touch();
            _key.Enable();
        }
        """);

    [TestMethod]
    public Task BeforeTheGuard_IsSilent() => Verify("""
        void Start()
        {
            _key.Enable();
            using var guard = _lock.Hold();
            Touch();
        }
        """);

    [TestMethod]
    public Task GuardDeclaration_LastsToTheEndOfTheBlock() => Verify("""
        void Start()
        {
            {
                using var guard = _lock.HoldIrqSave();
                [|_key.Disable()|];
            }
            _key.Disable();
        }
        """);

    [TestMethod]
    public Task EveryGuard_IsAtomic() => Verify("""
        void Start()
        {
            using (_lock.HoldBh()) [|_key.Enable()|];
            using (LocalIrq.Hold()) [|_key.Disable()|];
            using (Preemption.Hold()) [|_key.Increment()|];
            using (_lock.Hold()) using (_other.Hold()) [|_key.Decrement()|];
        }
        """);

    [TestMethod]
    public Task Mutex_IsNotAtomic_IsSilent() => Verify("""
        void Start()
        {
            using (_mutex.Hold()) _key.Enable();
            _mutex.Lock();
            _key.Disable();
            _mutex.Unlock();
        }
        """);

    [TestMethod]
    public Task RawLock_IsReported() => Verify("""
        void Start()
        {
            _lock.Lock();
            [|_key.Enable()|];
            _lock.Unlock();
            _key.Disable();
        }
        """);

    [TestMethod]
    public Task RawLockWithFlags_IsReported() => Verify("""
        void Start()
        {
            _lock.LockIrqSave(out var flags);
            [|_key.Enable()|];
            _lock.UnlockIrqRestore(flags);
            _key.Disable();
        }
        """);

    [TestMethod]
    public Task InterruptsOrPreemptionOff_IsReported() => Verify("""
        void Start()
        {
            LocalIrq.Disable();
            [|_key.Enable()|];
            LocalIrq.Enable();
            Preemption.Disable();
            [|_key.Enable()|];
            Preemption.Enable();
            BottomHalves.Disable();
            [|_key.Enable()|];
            BottomHalves.Enable();
            var flags = LocalIrq.Save();
            [|_key.Enable()|];
            LocalIrq.Restore(flags);
            _key.Enable();
        }
        """);

    [TestMethod]
    public Task TwoLocks_OneReleased_IsReported() => Verify("""
        void Start()
        {
            _lock.Lock();
            _other.Lock();
            _lock.Unlock();
            [|_key.Enable()|];
            _other.Unlock();
            _key.Enable();
        }
        """);

    [TestMethod]
    public Task TryLock_OnlyWhereItSucceeded() => Verify("""
        void Start()
        {
            if (!_lock.TryLock()) { _key.Enable(); return; }
            [|_key.Enable()|];
            _lock.Unlock();
        }
        """);

    [TestMethod]
    public Task ConditionalLock_WithCorrelatedFlag_IsSilent() => Verify("""
        void Start(bool locked)
        {
            if (locked) _lock.Lock();
            Touch();
            if (locked) _lock.Unlock();
            _key.Enable();
        }
        """);

    [TestMethod]
    public Task ConditionalLock_StillHeldOnOnePath_IsReported() => Verify("""
        void Start(int count)
        {
            _lock.Lock();
            if (count == 0) _lock.Unlock();
            [|_key.Enable()|];
        }
        """);

    [TestMethod]
    public Task UnlockInFinally_IsSilentAfterwards() => Verify("""
        void Start()
        {
            _lock.Lock();
            try { Touch(); }
            finally { _lock.Unlock(); }
            _key.Enable();
        }
        """);

    [TestMethod]
    public Task TestingAKey_IsSilent() => Verify("""
        bool Start()
        {
            using (_lock.Hold()) return _key.IsEnabled;
        }
        """);

    [TestMethod]
    public Task HelperAtAnyDepth_IsReportedAtTheCall_WithTheChain() => Verify("""
        void Start()
        {
            using ({|#3:_lock.Hold()|}) {|#0:Configure()|};
        }
        void Configure() { Touch(); {|#1:Apply()|}; }
        void Apply() => {|#2:_key.Enable()|};
        """, Expected().WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3)
            .WithMessage("'Nic.Configure' ends up switching a static key in atomic context: after 'Spinlock.Hold'"));

    [TestMethod]
    public Task HelperOutsideTheLock_IsSilent() => Verify("""
        void Start() { using (_lock.Hold()) Other(); Configure(); }
        void Configure() => _key.Enable();
        void Other() { }
        """);

    [TestMethod]
    public Task HelperThatUnlocksFirst_IsSilent() => Verify("""
        void Start() { _lock.Lock(); Configure(); }
        void Configure() { _lock.Unlock(); _key.Enable(); _lock.Lock(); }
        """);

    [TestMethod]
    public Task HelperThatUnlocks_LeavesNothingCertain_IsSilent() => Verify("""
        void Start() { _lock.Lock(); Leave(); _key.Enable(); }
        void Leave() => _lock.Unlock();
        """);

    [TestMethod]
    public Task HelperWithALockOfItsOwn_IsReported() => Verify("""
        void Start() { _lock.Lock(); [|Configure()|]; _lock.Unlock(); }
        void Configure() { _other.Lock(); Touch(); _other.Unlock(); _key.Enable(); }
        """);

    [TestMethod]
    public Task RecursiveHelpers_AreReportedOnce() => Verify("""
        void Start() { using (_lock.Hold()) [|Even(3)|]; }
        void Even(int n) { if (n > 0) Odd(n - 1); else _key.Enable(); }
        void Odd(int n) => Even(n - 1);
        """);

    [TestMethod]
    public Task VirtualHelper_IsUnknown_IsSilent() => Verify("""
        protected virtual void Configure() => _key.Enable();
        void Start() { using (_lock.Hold()) Configure(); }
        """);

    [TestMethod]
    public Task DeferredToAWorkItem_IsSilent() => Verify("""
        void Start()
        {
            using (_lock.Hold()) _queue.Queue(new WorkItem("key", () => _key.Enable()));
        }
        """);

    [TestMethod]
    public Task LambdaMadeUnderALock_RunsLater_IsSilent() => Verify("""
        Action Start() { using (_lock.Hold()) return () => _key.Enable(); }
        """);

    [TestMethod]
    public Task LockInsideALambda_IsReported() => Verify("""
        Action Start() => () => { using (_lock.Hold()) [|_key.Enable()|]; };
        """);

    [TestMethod]
    public Task Handler_MethodGroup_IsReported_WithItsRegistration() => Verify("""
        void Start(IrqNumber irq) => {|#1:_irqs.RequestIrq(irq, "nic", OnIrq, out _)|};
        IrqReturn OnIrq(IrqNumber irq)
        {
            {|#0:_key.Enable()|};
            return IrqReturn.Handled;
        }
        """, Expected().WithLocation(0).WithLocation(1)
            .WithMessage("'StaticKey.Enable' switches a static key in atomic context: in interrupt handler 'OnIrq'"));

    [TestMethod]
    public Task Handler_Lambda_IsReported() => Verify("""
        void Start(IrqNumber irq) => _irqs.RequestIrq(irq, "nic", _ => { [|_key.Enable()|]; return IrqReturn.Handled; }, out _);
        """);

    [TestMethod]
    public Task Handler_LocalFunction_IsReported() => Verify("""
        void Start(IrqNumber irq)
        {
            _irqs.RequestIrq(irq, "nic", OnIrq, out _);
            IrqReturn OnIrq(IrqNumber number) { [|Configure()|]; return IrqReturn.Handled; }
        }
        void Configure() => _key.Enable();
        """);

    [TestMethod]
    public Task Handler_NewDelegate_IsReported() => Verify("""
        void Start(IrqNumber irq) => _irqs.RequestIrq(irq, "nic", new IrqHandler(OnIrq), out _);
        IrqReturn OnIrq(IrqNumber irq) { [|_key.Enable()|]; return IrqReturn.Handled; }
        """);

    [TestMethod]
    public Task ThreadedHandler_OnlyThePrimaryIsAtomic() => Verify("""
        void Start(IrqNumber irq) => _irqs.RequestThreadedIrq(irq, "nic", Primary, Thread, out _);
        IrqReturn Primary(IrqNumber irq) { [|_key.Enable()|]; return IrqReturn.WakeThread; }
        IrqReturn Thread(IrqNumber irq) { _key.Disable(); return IrqReturn.Handled; }
        """);

    [TestMethod]
    public Task Timer_IsASoftirq_WorkItemIsNot() => Verify("""
        KernelTimer Start(KernelScheduler scheduler)
        {
            _ = new WorkItem("work", OnWork);
            return new KernelTimer(scheduler, "tick", OnTick);
        }
        void OnTick() => [|_key.Enable()|];
        void OnWork() => _key.Enable();
        """);

    [TestMethod]
    public Task DeclaredToRunInHardirq_IsReported() => Verify("""
        [RunsIn(KernelContexts.Hardirq)] void Poll() => [|_key.Enable()|];
        [RunsIn(KernelContexts.Task)] void Work() => _key.Enable();
        """);

    [TestMethod]
    public Task LocalFunctionCalledUnderALock_IsReportedAtTheCall() => Verify("""
        void Start()
        {
            Apply();
            using (_lock.Hold()) [|Apply()|];
            void Apply() => _key.Enable();
        }
        """);

    [TestMethod]
    public Task ReturnInsideTheGuard_IsSilentInOtherBlocks() => Verify("""
        void Start()
        {
            using (_lock.Hold())
            {
                if (_up) return;
                _up = true;
            }
            _key.Enable();
        }
        """);

    [TestMethod]
    public Task Loop_LockedPerRound_IsSilent() => Verify("""
        void Start(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using (_lock.Hold()) Touch();
                _key.Increment();
            }
        }
        """);

    [TestMethod]
    public Task DriversOwnGuard_WithTheAttribute_IsReported() => Verify("""
        [AtomicScope] protected ref struct Section { public void Dispose() { } }
        protected abstract Section Enter();
        void Start() { using (Enter()) [|_key.Enable()|]; _key.Disable(); }
        """);
}
