/* SPDX-License-Identifier: Apache-2.0 */
#include "base/stack.h"

#include <stdint.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
bool stack_call(stack_work *work, void *context)
{
	work(context);
	return true;
}
#else
struct call {
	stack_work *work;
	void *context;
	ucontext_t there, back;
};

/* makecontext() hands over ints: an address is two. */
static void enter(unsigned high, unsigned low)
{
	struct call *call = (struct call *)(uintptr_t)((uint64_t)high << 32 | low);

	call->work(call->context);
}

/* Below it is a page that must not be touched: a stack that is full is a fault,
 * and no other memory. */
static char *new_stack(size_t page)
{
	char *low = mmap(NULL, page + STACK_SIZE, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

	if (low == MAP_FAILED)
		return NULL;
	if (mprotect(low + page, STACK_SIZE, PROT_READ | PROT_WRITE) == 0)
		return low;
	munmap(low, page + STACK_SIZE);
	return NULL;
}

bool stack_call(stack_work *work, void *context)
{
	struct call call = { .work = work, .context = context };
	uint64_t address = (uintptr_t)&call;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *low = new_stack(page);

	if (!low)
		return false;
	getcontext(&call.there);
	call.there.uc_stack = (stack_t){ .ss_sp = low + page,
		.ss_size = STACK_SIZE };
	call.there.uc_link = &call.back;
	makecontext(&call.there, (void (*)(void))(void *)enter, 2,
	    (unsigned)(address >> 32), (unsigned)address);
	swapcontext(&call.back, &call.there);
	munmap(low, page + STACK_SIZE);
	return true;
}
#endif
