import { createMemoryStore } from '../../src/store/memory.ts';
import { storeContract } from './contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

storeContract('the store in memory', (onDamage) => createMemoryStore(temporaryFolder(), onDamage));
